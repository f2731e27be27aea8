"""SQL functions that give the form of a text that is searched, sorted or compared (ADR 0043).

Migrations create them where they are needed. Indexes and stored columns hold their results, so a function is
never changed: a new rule is a function with a new name, beside the old one.

A list with a search has a column `search_text` (`rows.folded_texts`) and an index (`rows.search_index`); each
text that it is sorted by has an index too (`rows.dictionary_index`).
"""

from typing import LiteralString

# Both extensions are trusted: the database's owner may create them.
EXTENSIONS: tuple[LiteralString, ...] = (
    "create extension if not exists unaccent with schema public",
    "create extension if not exists pg_trgm with schema public",
)

# Without regard to case, accents and width. Schema and dictionary are named, so that the result depends on
# the text alone. `lower` needs no locale for Latin letters once their accents are gone.
FOLDED: LiteralString = """
create function folded(written text) returns text
language plpgsql immutable strict parallel safe as $$
begin
  return lower(public.unaccent('public.unaccent'::regdictionary, lower(normalize(written, nfkc))));
end $$
"""

# `like` this pattern are the folded texts that contain the word. `%`, `_` and `\` are letters.
SEARCH_PATTERN: LiteralString = r"""
create function search_pattern(word text) returns text
language plpgsql immutable strict parallel safe as $$
begin
  return '%' || regexp_replace(btrim(public.folded(word)), '([\\%_])', '\\\1', 'g') || '%';
end $$
"""

# Keys stand as the texts do in a Spanish dictionary: a blank, then punctuation in the order of Unicode's
# collation (rarer signs share a place), digits, letters with ñ after n. Case has no weight; of texts that
# differ in accents only, the plain one is first. Bytes have no collation, so that the order is the same on
# every server, also on one without ICU. A B-tree limits the length.
DICTIONARY_KEY: LiteralString = r"""
create function dictionary_key(written text) returns bytea
language plpgsql immutable strict parallel safe as $function$
declare
  plain text := left(lower(normalize(written, nfkc)), 255);
  after_n text := 'n' || chr(1114111);
  letters text := left(public.folded(replace(replace(plain, 'ñ', after_n), 'Ñ', after_n)), 255);
begin
  if letters ~ '[!-/:-@[-`{-~]' then  -- `translate` is slow
    letters := translate(
      letters,
      '_-,;:!?.''"([{)]}@*/\&#%`^+<=>|~$',
      '!"#$$%%&''''((()))*+++,,,--....../'
    );
  end if;
  return convert_to(case when letters = plain then letters else letters || chr(1) || plain end, 'UTF8');
end $function$
"""

# Two spellings of one number have the same key: without blanks, dashes, dots, brackets, slashes and plus
# signs, and without 52, Mexico's code, before ten digits.
PHONE_KEY: LiteralString = r"""
create function phone_key(written text) returns text
language plpgsql immutable strict parallel safe as $$
declare
  bare text := translate(lower(normalize(written, nfkc)), E' \t\n\r()[]./+-‐‑‒–—―−', '');
begin
  if length(bare) = 12 and bare ^@ '52' and translate(bare, '0123456789', '') = '' then
    return substr(bare, 3);
  end if;
  return coalesce(nullif(bare, ''), written);
end $$
"""

# `in_ascii` is the email with its domain in ASCII. It counts only if the email has other letters: a process
# of the version before, which takes ASCII emails only, neither writes nor clears it.
EMAIL_KEY: LiteralString = """
create function email_key(written text, in_ascii text) returns text
language sql immutable parallel safe
return lower(case when octet_length(written) = length(written) then written else in_ascii end)
"""

LISTS: tuple[LiteralString, ...] = (*EXTENSIONS, FOLDED, SEARCH_PATTERN, DICTIONARY_KEY)
"""What lists are searched and sorted by."""
