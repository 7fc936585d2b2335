from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """``FORM_RENDERER = "themes.forms.Renderer"``; ``django.forms`` must be in INSTALLED_APPS for its widgets.

    A page writes ``{{ form }}`` for the whole form or ``{{ form.email.as_field_group }}`` for one field.
    """

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
