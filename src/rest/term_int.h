/* What the terminology operations share: one call, its parameters from the query or from what was posted, its answer. */
#ifndef ANS_REST_TERM_INT_H
#define ANS_REST_TERM_INT_H

#include "rest/rest_int.h"
#include "term/term.h"

enum { MOST_PROPERTIES = 100 }; /* that one call may name */

typedef struct term_call {
    job *j;
    ans_cx *cx;
    ans_term_scope scope;
    ans_json doc;         /* what was posted; text NULL: nothing */
    ans_jnode parameters; /* its list, or ANS_JNONE */
    ans_str language;     /* displayLanguage */
    ans_str *properties;  /* what the parameters named property say, read once */
    uint32_t property_count;
    ans_buf b;
    ans_jw w;
} term_call;

/* Run an operation within one view of what is defined. */
ANS_MUST_USE ans_err term_run(job *j, ans_err (*run)(term_call *c));

/* A parameter's text, from the query or from value[x]; p NULL: not given. The first of several. */
ans_str term_param(term_call *c, const char *name);
/* Read what `property` says into c: it is asked again for every concept.
 * errors   ANS_E_COSTLY there are more than MOST_PROPERTIES */
ANS_MUST_USE ans_err term_read_properties(term_call *c);
ANS_MUST_USE ans_err term_flag(term_call *c, const char *name, bool unsaid, bool *out);
ANS_MUST_USE ans_err term_number(term_call *c, const char *name, uint32_t unsaid, uint32_t *out);
/* The posted parameter of a name, behind `after` (ANS_JNONE: the first); ANS_JNONE: none. */
ans_jnode term_posted(term_call *c, const char *name, ans_jnode after);
/* A resource posted as a parameter, or as the body itself; ANS_JNONE: none. */
ans_jnode term_resource(term_call *c, const char *name, const char *type);
/* The Coding of a posted parameter. */
bool term_coding(term_call *c, const char *name, ans_term_code *out);
ans_term_code term_coding_in(term_call *c, ans_jnode coding);
/* code, system and version (named version_name), or coding. ANS_E_INVALID when neither is given. */
ANS_MUST_USE ans_err term_code_asked(term_call *c, const char *version_name, ans_term_code *out);
ANS_MUST_USE ans_err term_bad(term_call *c, ans_err err, const char *name, const char *fmt, ...) ANS_PRINTF(4, 5);

/* The value set of the call: by id, valueSet, or url; NOTFOUND otherwise. */
ANS_MUST_USE ans_err term_set(term_call *c, const ans_term_set **out, const ans_json **out_doc, ans_jnode *out_root);
/* The code system of the call: by id, codeSystem, or url; *out NULL and *out_url set when it is not here. */
ANS_MUST_USE ans_err term_system(term_call *c, const char *url_name, ans_str version, const ans_term_system **out, ans_str *out_url);

/* Parameters of the answer, between term_begin and term_end. */
void term_begin(term_call *c);
void term_end(term_call *c);
void term_put(term_call *c, const char *name, const char *value, ans_str text);
void term_put_flag(term_call *c, const char *name, bool flag);
void term_open(term_call *c, const char *name); /* a parameter of parts */
void term_close(term_call *c);
/* {system, version, code, display}, without what is empty */
void term_put_coding(ans_jw *w, const ans_term_code *code);
void term_put_designation(ans_jw *w, const ans_term_designation *d);

/* term_validate.c */
ANS_MUST_USE ans_err term_validate_set(job *j, ans_reader *rd);
ANS_MUST_USE ans_err term_validate_system(job *j, ans_reader *rd);
/* term.c */
ANS_MUST_USE ans_err term_lookup(job *j, ans_reader *rd);
ANS_MUST_USE ans_err term_subsumes(job *j, ans_reader *rd);
/* term_map.c */
ANS_MUST_USE ans_err term_translate(job *j, ans_reader *rd);
ANS_MUST_USE ans_err term_closure(job *j, ans_reader *rd);
/* term_expand.c */
ANS_MUST_USE ans_err term_expand(job *j, ans_reader *rd);

#endif
