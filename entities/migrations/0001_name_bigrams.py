from django.db import migrations

# Two-character pieces of a text, for the name search. Immutable and schema-qualified: index expressions
# need it (PostgreSQL >= 17).
NAME_BIGRAMS = """
CREATE FUNCTION public.name_bigrams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        pg_catalog.array_agg(DISTINCT pg_catalog.substr(value, at, 2)), ARRAY[]::text[])
    FROM pg_catalog.generate_series(1, pg_catalog.length(value) - 1) AS at
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(NAME_BIGRAMS, "DROP FUNCTION public.name_bigrams(text)")]
