/* Inside the valid room: compiled profiles, and one run over one resource.
 *
 * A StructureDefinition becomes a tree of rules, one an element, each with its children by JSON key. A run walks the document's tape
 * in two ways that share one function: the base walk holds every element against R4's own types and refuses what they do not know;
 * a profile walk comes on top and only follows elements the profile says something about. */
#ifndef ANS_VALID_INT_H
#define ANS_VALID_INT_H

#include <stdatomic.h>

#include "valid/valid.h"

#define MANY UINT32_MAX

typedef struct vrule vrule;
typedef struct vprofile vprofile;

/* ---- compiled ---- */

typedef struct vtype {
    ans_type type;            /* 0: none of R4's */
    ans_str *profiles;        /* of the value: one of them must hold */
    ans_str *targets;         /* of what a Reference or canonical points to */
    ans_type *target_types;   /* beside targets: when it is one of R4's own types, else 0 */
    uint32_t profile_count, target_count;
    uint8_t aggregation;      /* VAGG_ bits; 0: any */
} vtype;
enum { VAGG_CONTAINED = 1, VAGG_REFERENCED = 2, VAGG_BUNDLED = 4 };

/* Constraints that stand nearly everywhere, written by hand. Chosen by the exact text of their expression. */
typedef enum vhand { VHAND_NONE, VHAND_ELE_1, VHAND_EXT_1, VHAND_CONTAINED /* dom-2 to dom-5 */, VHAND_DOM_6, VHAND_REF_1,
                     VHAND_PER_1, VHAND_QTY_3, VHAND_SQTY_1, VHAND_TRUE } vhand;

typedef struct vconstraint {
    ans_str key, human, expression;
    const ans_path *path;  /* NULL: it could not be compiled */
    uint8_t hand;          /* vhand */
    bool is_warning;
} vconstraint;

typedef enum vstrength { VBIND_NONE, VBIND_REQUIRED, VBIND_EXTENSIBLE, VBIND_WEAKER } vstrength;

typedef enum vdisc_kind { VDISC_VALUE, VDISC_EXISTS, VDISC_TYPE, VDISC_PROFILE } vdisc_kind;
typedef enum vseg_kind { VSEG_NAME, VSEG_RESOLVE, VSEG_OF_TYPE, VSEG_EXTENSION } vseg_kind;
typedef struct vseg {
    uint8_t kind; /* vseg_kind */
    ans_str name; /* element, type or URL */
} vseg;
typedef struct vdisc {
    uint8_t kind; /* vdisc_kind */
    bool is_unknown;
    vseg *segs;
    uint32_t count;
} vdisc;

typedef struct vslicing {
    vdisc *discs;
    uint32_t count;
    bool is_closed, is_ordered, is_open_at_end;
} vslicing;

typedef struct vkey {
    ans_str key;
    const ans_fhir_member *member;
    uint32_t child; /* of the rule's children */
    uint8_t type_at; /* of the child's types; VKEY_BARRED: the profile does not allow this type here */
} vkey;
#define VKEY_BARRED 0xFFu
#define NO_CHILD UINT32_MAX

struct vrule {
    ans_str name;       /* "value" of value[x] */
    ans_str path;       /* in its definition: "Observation.value[x]" */
    ans_str slice;      /* its name, of a slice */
    ans_type type;      /* what its children are members of; 0: a choice, or a primitive without any */
    uint32_t min, max;
    bool is_choice, is_root;
    ans_str max_value_set; /* beside a weaker binding: what a code must be in all the same */
    bool does_work;     /* a profile walk has something to look at here or below */
    vtype *types;
    uint32_t type_count;
    ans_str content;    /* contentReference without its '#' */
    const vrule *content_rule;
    vrule **children, **slices;
    uint32_t child_count, slice_count;
    vkey *keys;         /* hash table of key_mask + 1 places */
    uint32_t key_mask;
    vslicing *slicing;
    const ans_json *doc; /* the definition's */
    ans_jnode fixed, pattern, min_value, max_value; /* nodes of it */
    ans_str min_key, max_key;
    uint32_t max_length; /* 0: none */
    uint8_t strength;    /* vstrength */
    ans_str value_set;
    vconstraint *constraints;
    uint32_t constraint_count;
    vrule *up, *next;    /* while it is built */
};

struct vprofile {
    const ans_def *def;
    const ans_json *doc;
    ans_str url;
    ans_type type;      /* of what it is about */
    bool is_base;       /* a type of R4 itself */
    bool is_modifier;   /* of an extension */
    ans_str why;        /* it cannot be used, when root is NULL */
    vrule *root;
    vrule **rules;      /* all, in the order of the snapshot */
    uint32_t rule_count;
    const vprofile *_Atomic *by_type; /* of Element alone: the base profiles met so far, for all who look */
};

/* compile.c: an ans_def_make_fn for ANS_DEF_VALID */
ans_err ans_valid_compile(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out);
/* snapshot.c: the definition with a snapshot, made from its differential and what it is derived from where it has none. */
typedef struct ans_valid_made {
    const ans_json *doc; /* as given, when it has one or none can be made */
    ans_str why;         /* none can be made */
    bool leans;          /* on definitions that may change */
} ans_valid_made;
ANS_MUST_USE ans_err ans_valid_snapshot(ans_cx *cx, const ans_defs_view *view, const ans_json *doc, ans_arena *arena, ans_valid_made *out);
/* constraint.c */
ANS_MUST_USE ans_err ans_valid_constraint(ans_cx *cx, ans_arena *arena, ans_type context, vconstraint *c);
const vkey *ans_valid_key(const vrule *rule, ans_str key);

/* ---- a run ---- */

typedef struct vplace vplace;
struct vplace {
    const vplace *up;
    ans_str name;
    uint32_t index; /* MANY: none */
};

/* A value met: its own node and what stands beside it under `_name`; either may be ANS_JNONE. */
typedef struct vitem {
    ans_jnode node, beside;
    ans_type type;
    uint32_t index;      /* in its list; MANY: in none */
} vitem;

typedef struct vslot {
    ans_jnode node, beside;
    const vkey *key;
} vslot;

/* A resource of a Bundle or of Parameters, by what others call it. */
typedef struct ventry {
    ans_str full_url;
    ans_jnode resource;
} ventry;

typedef struct vrun {
    ans_cx *cx;
    ans_cx work;             /* for FHIRPath: its arena is emptied again and again */
    const ans_valid_env *env;
    const ans_json *doc;
    ans_valid_result *out;
    ans_valid_issue *issues;
    ans_type structure_definition, value_set, code_system, quantity;
    const vprofile *profile; /* of the walk under way */
    bool is_base;            /* walk */
    bool is_quiet;           /* only count errors: does it conform? */
    uint32_t depth, steps, quiet_errors, path_depth; /* path_depth: evaluations within each other (conformsTo) */
    ans_item resource, root_resource;
    ans_jnode container;     /* what #id looks into */
    ans_jnode carrier;       /* the object whose members are being walked */
    ans_type carrier_type;
    ans_path_host host;
    ans_path_env path_env;
    const vprofile *_Atomic *by_type; /* base profile of a type; kept with Element's */
    ventry *entries;         /* of the Bundle or Parameters around */
    uint32_t entry_count;
    ans_jnode bundle;        /* the Bundle around, or ANS_JNONE */
    bool is_parameters;
    bool *has_type;          /* of Parameters: which types of resources are carried along */
    ans_str entry_url;       /* fullUrl of the entry being walked */
} vrun;

/* run.c */
ANS_MUST_USE ans_err ans_valid_spend(vrun *v, uint32_t steps);
void ans_valid_say(vrun *v, ans_valid_severity severity, const char *code, const vplace *at, const char *fmt, ...) ANS_PRINTF(5, 6);
/* The compiled profile behind a canonical URL; *out NULL: there is none such. */
ANS_MUST_USE ans_err ans_valid_profile(vrun *v, ans_str url, const vprofile **out);
ANS_MUST_USE ans_err ans_valid_base(vrun *v, ans_type type, const vprofile **out);
/* Does the item conform to a profile? Silent. */
ANS_MUST_USE ans_err ans_valid_conforms(vrun *v, const vitem *item, const vprofile *profile, const vplace *at, bool *out);
/* Hold an item against a profile and say what is wrong. */
ANS_MUST_USE ans_err ans_valid_against(vrun *v, const vitem *item, const vprofile *profile, const vplace *at);
ANS_MUST_USE ans_err ans_valid_by_url(vrun *v, const vitem *item, ans_str url, const vplace *at);

/* walk.c */
ANS_MUST_USE ans_err ans_valid_object(vrun *v, const vitem *item, const vrule *shape, const vplace *at);
ANS_MUST_USE ans_err ans_valid_item(vrun *v, const vitem *item, const vrule *rule, const vtype *type, const vplace *at);
ANS_MUST_USE ans_err ans_valid_one_resource(vrun *v, ans_jnode node, const vtype *allowed, const vplace *at);
ans_str ans_valid_string(vrun *v, ans_jnode node);
ans_str ans_valid_member(vrun *v, ans_jnode node, const char *name);

/* value.c */
void ans_valid_value(vrun *v, const vitem *item, const vplace *at); /* a primitive's form */
bool ans_valid_has_pattern(vrun *v, ans_jnode node, const ans_json *other, ans_jnode pattern); /* node holds what pattern holds */
bool ans_valid_is_fixed(vrun *v, ans_jnode node, const ans_json *other, ans_jnode fixed);
ANS_MUST_USE ans_err ans_valid_limits(vrun *v, const vitem *item, const vrule *rule, const vplace *at);
ans_str ans_valid_brief(vrun *v, const ans_json *doc, ans_jnode node); /* JSON of a definition's value, cut */

/* constraint.c */
ANS_MUST_USE ans_err ans_valid_constraints(vrun *v, const vitem *item, const vrule *rule, const vplace *at);

/* slice.c */
ANS_MUST_USE ans_err ans_valid_slices(vrun *v, const vrule *rule, const vitem *items, uint32_t count, const vplace *at);

/* binding.c */
ANS_MUST_USE ans_err ans_valid_binding(vrun *v, const vitem *item, const vrule *rule, const vplace *at);
ANS_MUST_USE ans_err ans_valid_in_value_set(vrun *v, const vitem *item, ans_str value_set, ans_term_verdict *out);
void ans_valid_coding(vrun *v, const vitem *item, const vplace *at);

/* reference.c */
ANS_MUST_USE ans_err ans_valid_reference(vrun *v, const vitem *item, const vtype *type, const vplace *at);
ANS_MUST_USE ans_err ans_valid_canonical(vrun *v, const vitem *item, const vtype *type, const vplace *at);
ANS_MUST_USE ans_err ans_valid_resolve(vrun *v, ans_str reference, ans_item *out, bool *out_found);
ANS_MUST_USE ans_err ans_valid_entries(vrun *v, ans_jnode node, bool is_bundle); /* gather what is in it */
ANS_MUST_USE ans_err ans_valid_bundle(vrun *v, ans_jnode node, const vplace *at);

/* implied.c: vital signs */
ANS_MUST_USE ans_err ans_valid_implied(vrun *v, const vitem *item, const vplace *at);

/* extension.c */
ANS_MUST_USE ans_err ans_valid_extension(vrun *v, const vitem *item, bool is_modifier, const vplace *at);

#endif
