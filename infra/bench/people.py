"""The invented families of the bench: their files, accounts and children."""

from core.enums import AccountKind
from core.models import Child, Guardian, Household, RoleGrant, User
from core.rights import Role
from infra.bench.rows import continue_numbering, insert_select

AGENT = "agent@banc.example"

FIRST_NAMES = "ARRAY['Jade','Noé','Lilou','Tom','Inès','Malo','Zoé','Léon']"
LAST_NAMES = "ARRAY['Rivière','Lavandier','Garance','Olivier','Moulin','Marché','Rosier','Test']"


def move_in(*, households: int, children: int) -> None:
    """One guardian with an account a household, and its children spread over the schools that serve meals."""
    homes = f"(SELECT n, ({LAST_NAMES})[1 + n %% 8] || ' ' || n AS name FROM generate_series(1, {households}) n) home"
    insert_select(
        Household,
        {"id": "n", "number": "'F' || lpad(n::text, 5, '0')", "name": "name", "created_at": "now()"},
        homes,
    )
    insert_select(
        User,
        {
            "id": "n",
            "email": "'famille' || n || '@banc.example'",
            "password": "'!'",
            "kind": f"'{AccountKind.FAMILY}'",
            "name": "name",
            "activated_at": "now()",
            "created_at": "now()",
        },
        homes,
    )
    insert_select(
        Guardian,
        {
            "id": "n",
            "household_id": "n",
            "user_id": "n",
            "first_name": "'Camille'",
            "last_name": "name",
            "email": "'famille' || n || '@banc.example'",
        },
        homes,
    )
    insert_select(
        Child,
        {
            "id": "n",
            "household_id": f"1 + n %% {households}",
            "first_name": f"({FIRST_NAMES})[1 + n %% 8]",
            "last_name": f"({LAST_NAMES})[1 + (1 + n %% {households}) %% 8]",
            "birth_date": "DATE '2018-01-01' + n %% 300",
            "school_id": "schools.ids[1 + n %% cardinality(schools.ids)]",
            "level": "'CE2'",
        },
        f"generate_series(1, {children}) n, "
        "(SELECT array_agg(DISTINCT establishment_id) AS ids FROM bench_offer) schools",
    )
    for model in (Household, User, Guardian, Child):
        continue_numbering(model)
    agent = User(email=AGENT, kind=AccountKind.AGENT, name="Morgane Guichet", password="!")
    agent.save()
    RoleGrant.objects.create(agent=agent, role=Role.ADMIN)
