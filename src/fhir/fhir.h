/* What R4 types are: read-only tables generated at build time from the definitions (gen/), and look-ups over them.
 * Every name, cardinality, summary flag and search parameter comes from there; nothing is typed by hand.
 *
 * A "type" is a resource (Patient), a complex type (HumanName), a primitive (dateTime), an abstract type (DomainResource,
 * Element) or a backbone, named by its path (Observation.component). Type numbers are those of this build: never store
 * them on disk (the store keeps names). All tables are constant and may be used by any thread. */
#ifndef ANS_FHIR_FHIR_H
#define ANS_FHIR_FHIR_H

#include "base/str.h"

typedef uint16_t ans_type; /* index into ans_fhir_types; 0 = none */

typedef enum ans_fhir_kind {
    ANS_FHIR_PRIMITIVE,
    ANS_FHIR_COMPLEX,
    ANS_FHIR_BACKBONE,
    ANS_FHIR_RESOURCE
} ans_fhir_kind;

/* One JSON member a type can have: a choice element appears once per allowed type (valueQuantity, valueString, ...),
 * sorted by key within its type. The `_x` siblings of primitives are not listed: strip the underscore. */
typedef struct ans_fhir_member {
    const char *key;      /* JSON name: "valueQuantity" */
    const char *element;  /* FHIRPath name: "value" for every valueX; same as key otherwise */
    ans_type type;        /* type of the value; a backbone or contentReference is resolved to its backbone type */
    uint8_t key_len, element_len;
    uint16_t min;         /* of the element (a choice's min counts over all its members) */
    uint16_t max;         /* UINT16_MAX for * */
    uint16_t order;       /* order of the element in the definition: members of one choice share it */
    bool is_choice, is_summary, is_modifier;
    bool is_array;        /* base max > 1: JSON holds an array */
} ans_fhir_member;

typedef struct ans_fhir_type {
    const char *name; /* "Patient", "HumanName", "Observation.component", "dateTime", "xhtml" */
    uint8_t name_len;
    uint8_t kind;     /* ans_fhir_kind */
    bool is_abstract;
    ans_type base;    /* what it specialises: Patient -> DomainResource -> Resource; 0 at the top */
    uint16_t member_count;
    const ans_fhir_member *members; /* sorted by key (memcmp, then length); inherited ones included */
} ans_fhir_type;

extern const ans_fhir_type ans_fhir_types[]; /* [0] is a blank; generated */
extern const uint16_t ans_fhir_type_count;

ans_type ans_fhir_type_named(ans_str name); /* 0: no such type */
static inline ans_str ans_fhir_type_name(ans_type t)
{
    return (ans_str){ans_fhir_types[t].name, ans_fhir_types[t].name_len};
}
bool ans_fhir_is_resource(ans_type t);       /* a concrete resource type */
bool ans_fhir_is_a(ans_type t, ans_type of); /* t is `of` or specialises it */
/* Member by JSON key, NULL when the type has none such. */
const ans_fhir_member *ans_fhir_member_of(ans_type t, ans_str key);
/* The FHIRPath element name's first member ("value" -> some valueX), NULL when there is none; for choices, walk
 * type->members and compare `order`. */
const ans_fhir_member *ans_fhir_element_of(ans_type t, ans_str element);

/* ---- search parameters (R4: SearchParameter resources of the core) ---- */

typedef enum ans_sp_type {
    ANS_SP_NUMBER,
    ANS_SP_DATE,
    ANS_SP_STRING,
    ANS_SP_TOKEN,
    ANS_SP_REFERENCE,
    ANS_SP_COMPOSITE,
    ANS_SP_QUANTITY,
    ANS_SP_URI,
    ANS_SP_SPECIAL
} ans_sp_type;

typedef struct ans_sp_component {
    const char *code;       /* code of the component's parameter on the same base, e.g. "code" */
    const char *expression; /* FHIRPath relative to the composite's expression */
    uint8_t type;           /* ans_sp_type of the component */
} ans_sp_component;

/* One (base type, code) pair. A parameter of Resource or DomainResource is listed under that abstract type only. */
typedef struct ans_sp {
    ans_type base;
    const char *code;       /* "patient" */
    const char *expression; /* FHIRPath; only the alternatives of the union that concern this base, e.g. for
                               clinical-patient under Observation: "Observation.subject.where(resolve() is Patient)";
                               NULL where the definition has none */
    const char *url;
    uint8_t type;           /* ans_sp_type */
    uint8_t target_count;
    const ans_type *targets; /* references: allowed target types; none means any */
    uint8_t component_count;
    const ans_sp_component *components;
} ans_sp;

extern const ans_sp ans_sp_table[]; /* sorted by base, then code; generated */
extern const uint16_t ans_sp_count;

/* Which reference parameters place a resource of a type in a compartment. */
enum { ANS_COMPARTMENT_CODES = 4 };
typedef struct ans_compartment {
    ans_type of, type;
    uint8_t count;
    const char *codes[ANS_COMPARTMENT_CODES];
} ans_compartment;

extern const ans_compartment ans_compartment_table[]; /* generated */
extern const uint16_t ans_compartment_count;

/* NULL: none of that type is in one. */
const ans_compartment *ans_compartment_of(ans_type of, ans_type type);

/* The parameter of a type by code, looking also at Resource and DomainResource; NULL when there is none. */
const ans_sp *ans_sp_named(ans_type t, ans_str code);
/* All parameters listed under exactly this base: first and count. */
const ans_sp *ans_sp_of(ans_type base, uint16_t *out_count);
const char *ans_sp_type_name(ans_sp_type t); /* "token" */

#endif
