"""The words of all names, each once, kept by triggers of patients_patient (patients/models/name_word.py)."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# Words are parted by spaces, as folded names are. A family name of several words stands there joined too, for who
# types "vandenberghe".
WORDS = """
CREATE FUNCTION fysicure_name_words(family text, given text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN string_to_array(
    lower(public.fysicure_unaccent(family || ' ' || given || ' ' || replace(family, ' ', ''))), ' ');
"""
# A word that is there already is held until the end of the transaction, as a foreign key would hold it: who takes it
# away meanwhile waits, looks again and sees the new patient. Who came too late writes the word anew.
KEEP = """
CREATE FUNCTION patients_keep_name_words(words text[]) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    held integer;
BEGIN
    LOOP
        INSERT INTO patients_nameword SELECT unnest(words) ON CONFLICT DO NOTHING;
        PERFORM FROM patients_nameword WHERE word = ANY (words) ORDER BY word FOR KEY SHARE;
        GET DIAGNOSTICS held = ROW_COUNT;
        EXIT WHEN held = cardinality(words);
    END LOOP;
END $$;
"""
# One removal at a time, to the end of its transaction: two patients who are the last two with a word, erased at the
# same moment, would each see the other one still. What nobody seems to have is held first, then asked for again,
# because somebody may have been registered with it in between. Each word is looked up in the index of words: without
# the two settings a plan for any word reads all patients for a rare one.
LET_GO = """
CREATE FUNCTION patients_let_go_name_words(words text[]) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
    each text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('patients_nameword', 0));
    FOREACH each IN ARRAY words LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM patients_patient WHERE fysicure_name_words(family_name, given_name) @> ARRAY[each]);
        PERFORM FROM patients_nameword WHERE word = each FOR UPDATE;
        DELETE FROM patients_nameword WHERE word = each AND NOT EXISTS (
            SELECT FROM patients_patient WHERE fysicure_name_words(family_name, given_name) @> ARRAY[each]);
    END LOOP;
END $$;
"""
FOLLOW = """
CREATE FUNCTION patients_follow_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM patients_keep_name_words(array_agg(DISTINCT word)) FROM came,
            unnest(fysicure_name_words(family_name, given_name)) word WHERE word <> '' HAVING count(*) > 0;
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM patients_keep_name_words(array_agg(DISTINCT word)) FROM
            unnest(fysicure_name_words(NEW.family_name, NEW.given_name)) word WHERE word <> '';
        PERFORM patients_let_go_name_words(array_agg(DISTINCT word)) FROM
            unnest(fysicure_name_words(OLD.family_name, OLD.given_name)) word;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM patients_let_go_name_words(array_agg(DISTINCT word)) FROM went,
            unnest(fysicure_name_words(family_name, given_name)) word HAVING count(*) > 0;
    ELSE
        DELETE FROM patients_nameword;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER name_words_come AFTER INSERT ON patients_patient REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION patients_follow_names();
CREATE TRIGGER name_words_change AFTER UPDATE ON patients_patient FOR EACH ROW
    WHEN (OLD.family_name <> NEW.family_name OR OLD.given_name <> NEW.given_name)
    EXECUTE FUNCTION patients_follow_names();
CREATE TRIGGER name_words_go AFTER DELETE ON patients_patient REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION patients_follow_names();
CREATE TRIGGER name_words_emptied AFTER TRUNCATE ON patients_patient
    FOR EACH STATEMENT EXECUTE FUNCTION patients_follow_names();
"""
TAKE_BACK = """
DROP TRIGGER name_words_come ON patients_patient;
DROP TRIGGER name_words_change ON patients_patient;
DROP TRIGGER name_words_go ON patients_patient;
DROP TRIGGER name_words_emptied ON patients_patient;
DROP FUNCTION patients_follow_names();
DROP FUNCTION patients_let_go_name_words(text[]);
DROP FUNCTION patients_keep_name_words(text[]);
"""
FILL = """
INSERT INTO patients_nameword SELECT DISTINCT word FROM patients_patient,
    unnest(fysicure_name_words(family_name, given_name)) word WHERE word <> '';
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0013_codings")]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION fysicure_name_words(text, text)"),
        migrations.CreateModel(
            name="NameWord",
            fields=[
                (
                    "word",
                    models.TextField(
                        db_collation="C", primary_key=True, serialize=False, verbose_name="word of a name"
                    ),
                ),
            ],
            options={
                "verbose_name": "word of a name",
                "verbose_name_plural": "words of names",
                "ordering": ["word"],
            },
        ),
        migrations.AddIndex(
            model_name="nameword",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["word"], name="patients_nameword_trigram", opclasses=["gin_trgm_ops"]
            ),
        ),
        # The triggers first: they lock out writers until the end, so that no name slips through before the fill.
        migrations.RunSQL([KEEP, LET_GO, FOLLOW], TAKE_BACK),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
