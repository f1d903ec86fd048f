/* Between extract.c, which walks a response, template.c, which fills in templates, and define.c, which follows definitions. */
#ifndef ANS_FORM_EXTRACT_INT_H
#define ANS_FORM_EXTRACT_INT_H

#include "form/form_int.h"

enum { KEPT_EXPRESSIONS = 256 };

typedef struct extracting {
    use u;
    ans_jw w;      /* within Bundle.entry */
    ans_str put_id; /* for the resource that is begun next; empty: none */
    struct {
        ans_jnode ext; /* 0: nothing is kept here */
        uint32_t item;
        form_expr e;
    } *kept; /* expressions of templates, compiled; by their extension's node */
} extracting;

/* Around a resource that is written between the two. full_url empty: a new urn:uuid. id empty: POST. */
void form_begin_entry(extracting *x, ans_str full_url);
void form_end_entry(extracting *x, ans_str type, ans_str id);
/* define.c: the resource that an item of the response begins, if the form says so. */
ANS_MUST_USE ans_err form_apply_definitions(extracting *x, const scope *up, uint32_t at);
ans_str form_extracted_type(extracting *x, uint32_t item); /* empty: it begins none */
/* An expression within an extension, evaluated in a scope; nothing when there is none. */
ANS_MUST_USE ans_err form_evaluate_part(extracting *x, const scope *s, ans_jnode ext, const char *part, ans_items *out);
/* A result as a node of a document; ANS_JNONE: it has no value. */
ANS_MUST_USE ans_err form_node_of(extracting *x, const ans_item *item, const ans_json **out_doc, ans_jnode *out);
/* The templates that the scope's item names. */
ANS_MUST_USE ans_err form_apply_templates(extracting *x, const scope *s);

#endif
