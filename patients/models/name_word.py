"""The words of all names, each once: a typing mistake is looked for among these, not among the patients."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class NameWords(models.Func):
    """The words of a name as search sees them; a family name of several words stands there joined as well."""

    function = "fysicure_name_words"
    output_field = ArrayField(models.TextField())


class NameWord(models.Model):
    """A word in the name of at least one patient; whose, it does not tell.

    Kept by triggers of patients_patient: a word comes with the first patient who has it and leaves with the last, by
    a new name or an erasure. Nobody else writes here.
    """

    word = models.TextField(_("word of a name"), primary_key=True, db_collation="C")

    class Meta:
        ordering = ["word"]
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        indexes = [
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="patients_nameword_trigram", fastupdate=False)
        ]

    def __str__(self) -> str:
        return self.word
