"""The meal of a child moves to its own file (core.ChildMeal), where it has dates; here it would be a second truth."""

from django.db import migrations

CHOICES = {
    "pai_special": ("repas-adapte-pai", "Repas adapté (PAI)"),
    "pai_own": ("panier-repas-pai", "Panier repas (PAI)"),
}


def move_meals(apps, schema_editor):
    """Who recorded it here, and since when, is not known: it holds since the family's file, and the first agent signs."""
    facts = apps.get_model("billing", "ChildFacts").objects.filter(meal__in=CHOICES)
    if not facts.exists():
        return
    meal_choice = apps.get_model("core", "MealChoice")
    child_meal = apps.get_model("core", "ChildMeal")
    agent = apps.get_model("core", "User").objects.filter(kind="agent").earliest("pk")
    meals = {
        kind: meal_choice.objects.get_or_create(
            code=code, defaults={"name": name, "kind": kind, "is_offered": False}
        )[0]
        for kind, (code, name) in CHOICES.items()
    }
    child_meal.objects.bulk_create(
        [
            child_meal(
                child_id=fact.child_id,
                meal=meals[fact.meal],
                valid_from=fact.child.household.created_at.date(),
                recorded_at=fact.child.household.created_at,
                recorded_by=agent,
            )
            for fact in facts.select_related("child__household")
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0010_child_file'),
        ('billing', '0012_provider_accounts'),
    ]

    operations = [
        migrations.RunPython(move_meals, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='childfacts',
            name='childfacts_meal_known',
        ),
        migrations.RemoveField(
            model_name='childfacts',
            name='meal',
        ),
    ]
