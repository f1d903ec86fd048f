/* Content: what a ministry could change without a compiler, typed as tables in content/ and put into the record as resources.
 *
 * Three steps. Tables are read strictly (content_table.c: the columns must be the ones expected, every fault names file and
 * line). They are expanded into resources under stable ids (content_code.c, content_org.c). The resources are compared with
 * what the record holds, and only what changed is written (content_load.c): what somebody here changed or removed stays so. */
#ifndef ANS_APP_CONTENT_H
#define ANS_APP_CONTENT_H

#include "app/app.h"
#include "auth/org.h"
#include "base/buf.h"
#include "json/json.h"

typedef struct content_resource {
    const char *type;
    ans_str id, body;
} content_resource;

typedef struct content {
    ans_cx *cx;
    const char *dir; /* NULL: what is embedded */
    content_resource *at;
    uint32_t count, cap;
    ans_buf b; /* of the resource being written */
    ans_jw w;
    struct content_codes *codes;
} content;

/* Read and expand everything. dir: a folder like content/, or NULL for the program's own. */
ANS_MUST_USE ans_err content_read(ans_cx *cx, const char *dir, content *out);
/* Hash of all the tables, as text. */
ANS_MUST_USE ans_err content_edition(ans_cx *cx, const char *dir, ans_str *out);

typedef struct content_report {
    uint32_t created, updated, unchanged;
    uint32_t kept;    /* changed or removed here since: left as it is */
    uint32_t dropped; /* no longer part of the content: left as it is */
} content_report;

/* Put it into the record; nothing is written when the same edition is there. rest: over that store. */
ANS_MUST_USE ans_err content_load(ans_cx *cx, ans_store *store, ans_rest *rest, const char *dir, content_report *out);
/* Said on standard error, when something was written or kept. */
void content_say(const content_report *r);

/* ---- content_table.c ---- */

typedef struct content_table {
    const char *path;
    uint32_t columns, rows;
    ans_str *cells;  /* rows * columns */
    uint32_t *lines; /* of each row in the file */
} content_table;

/* columns ends with NULL and is the head line wanted. errors ANS_E_NOTFOUND, ANS_E_INVALID: the issue names file and line */
ANS_MUST_USE ans_err content_table_read(content *c, const char *path, const char *const *columns, content_table *out);
static inline ans_str content_cell(const content_table *t, uint32_t row, uint32_t column)
{
    return t->cells[(size_t)row * t->columns + column];
}
ANS_MUST_USE ans_err content_bad(content *c, const content_table *t, uint32_t row, const char *fmt, ...) ANS_PRINTF(4, 5);
/* A day, or `open` for an empty cell. */
ANS_MUST_USE ans_err content_day(content *c, const content_table *t, uint32_t row, uint32_t column, ans_day open, ans_day *out);

/* ---- content_write.c: one resource at a time ---- */

/* Between begin and end the writer stands in the resource's object, behind id and meta, whose tag names the part of content it is of. */
void content_begin(content *c, const char *type, ans_str id, const char *part);
ANS_MUST_USE ans_err content_end(content *c);
void content_coding(content *c, const char *key, const char *system, ans_str code); /* key NULL: an element of an array */
/* key: [{"coding": [{system, code}]}] */
void content_concept(content *c, const char *key, const char *system, ans_str code);
void content_reference(content *c, const char *key, ans_str organization);
/* key: {start, end}; nothing when both are open */
void content_period(content *c, const char *key, ans_day from, ans_day to);
/* The same as a part "period" of an extension. */
void content_period_part(content *c, ans_day from, ans_day to);
/* {"url": ..., value_key: value}; nothing when value is empty */
void content_part(content *c, const char *url, const char *value_key, ans_str value);
ans_str content_text(content *c, const char *fmt, ...) ANS_PRINTF(2, 3);

/* ---- content_json.c: what is FHIR already ---- */

typedef struct content_file {
    ans_str path, text; /* "/forms/news2.json" */
} content_file;

typedef struct content_files {
    content_file *at;
    uint32_t count, cap;
} content_files;

/* The JSON files of one folder ("/views"), added to l. dir as for content_read; a folder that is not there has none. */
ANS_MUST_USE ans_err content_folder_files(ans_cx *cx, const char *dir, const char *name, content_files *l);
/* In the order of their paths. dir as for content_read. */
ANS_MUST_USE ans_err content_json_files(ans_cx *cx, const char *dir, content_files *out);
/* Fills in what is built in of content/; the texts live as long as the program. */
ANS_MUST_USE ans_err content_definitions(ans_cx *cx, ans_defs_options *out);
ANS_MUST_USE ans_err content_json(content *c);

/* ---- content_code.c ---- */

ANS_MUST_USE ans_err content_codes(content *c);
/* errors ANS_E_INVALID: there is no such code; the issue names file and line */
ANS_MUST_USE ans_err content_code_known(content *c, const content_table *t, uint32_t row, const char *system, ans_str code);

/* ---- content_org.c, content_province.c ---- */

ANS_MUST_USE ans_err content_orgs(content *c);
ANS_MUST_USE ans_err content_provinces(content *c);
/* A parent link or a succession as an OrganizationAffiliation. */
typedef struct content_link {
    ans_str id, lower, upper, line, legal, function;
    const char *relation;
    ans_day from, to;
} content_link;
ANS_MUST_USE ans_err content_put_link(content *c, const content_link *l);
void content_dated_name(content *c, ans_str name, ans_day from, ans_day to);
void content_duty(content *c, ans_str function, ans_str line, ans_day from, ans_day to, ans_str legal);
/* Writes the dated names' last one as Organization.name, and the kind. */
void content_org_tail(content *c, const char *kind, ans_str name);

#endif
