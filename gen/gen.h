/* gen_fhir: reads the R4 definitions and writes them as C tables. It runs at build time on the
 * developer's machine, so the one thing it does about any trouble is to say what is wrong and stop
 * the build (gen_die). */
#ifndef ANS_GEN_GEN_H
#define ANS_GEN_GEN_H

#include "base/buf.h"
#include "base/cx.h"
#include "fhir/fhir_int.h"
#include "json/json.h"

/* ---- the package ---- */

typedef struct gen_file {
    ans_str name; /* "StructureDefinition-Patient.json" */
    ans_str text;
} gen_file;

typedef struct gen_pack {
    gen_file *files; /* sorted by name */
    size_t count, cap_;
    ans_str manifest; /* what defs/MANIFEST has to say about these files */
} gen_pack;

/* ---- the model ---- */

typedef struct gen_member {
    ans_str key, element;
    ans_str type_name; /* "code", or the path of a backbone: "Observation.component" */
    uint16_t min, max, order;
    bool is_choice, is_summary, is_modifier, is_array;
} gen_member;

typedef struct gen_type {
    ans_str name, base_name;
    ans_str source; /* file it was read from */
    uint8_t kind;
    bool is_abstract;
    gen_member *members;
    size_t count, cap_;
} gen_type;

typedef struct gen_component {
    ans_str definition, code, expression;
    uint8_t type;
} gen_component;

/* One SearchParameter resource. */
typedef struct gen_def {
    ans_str url, code, expression, source;
    uint8_t type;
    ans_str *bases;
    size_t base_count;
    uint16_t *targets; /* type numbers, sorted */
    size_t target_count;
    size_t targets_as; /* first definition with the same targets: its array is shared */
    gen_component *components;
    size_t component_count;
} gen_def;

/* One (base, code) pair. */
typedef struct gen_param {
    uint16_t base;
    const gen_def *def;
    ans_str expression; /* the share of this base */
} gen_param;

/* Of a CompartmentDefinition. */
enum { GEN_COMPARTMENT_CODES = ANS_COMPARTMENT_CODES };
typedef struct gen_compartment {
    ans_str of, type;
    ans_str codes[GEN_COMPARTMENT_CODES];
    unsigned count;
} gen_compartment;

typedef struct gen {
    ans_cx cx; /* its arena keeps the model */
    gen_pack pack;
    gen_type **types; /* [0] stays NULL; sorted by name once all are read */
    size_t type_count, type_cap_;
    gen_def *defs;
    size_t def_count, def_cap_;
    gen_param *params;
    size_t param_count, param_cap_;
    gen_compartment *compartments;
    size_t compartment_count, compartment_cap_;
} gen;

/* Say it on standard error and end the program with status 1. */
_Noreturn void gen_die(const char *fmt, ...) ANS_PRINTF(1, 2);
/* Memory of the model; dies when there is none. gen_more: room for one element more in a growing
 * array. */
void *gen_alloc(gen *g, size_t bytes);
void *gen_more(gen *g, void *array, size_t count, size_t *cap, size_t size);
ans_str gen_dup(gen *g, ans_str s);

/* pack.c: read every StructureDefinition and SearchParameter below folder and compute the manifest.
 */
void gen_pack_read(gen *g, const char *folder);
/* Dies unless the manifest file names exactly these files. */
void gen_pack_verify(gen *g, const char *path);

/* types.c */
void gen_types_read(gen *g, const gen_file *file);
void gen_types_finish(gen *g); /* sort, number, check that every type named exists */
uint16_t gen_type_number(const gen *g, ans_str name); /* 0: no such type */

/* params.c */
void gen_params_read(gen *g, const gen_file *file);
void gen_params_finish(gen *g); /* one entry a base, sorted; components resolved */

/* split.c: the alternatives of a union expression that concern base (one of bases), joined by " |
 * ". */
ans_str gen_split_for(gen *g, ans_str expression, ans_str base, const ans_str *bases,
                      size_t base_count);

/* compartments.c */
void gen_compartments_read(gen *g, const gen_file *file);
void gen_print_compartments(const gen *g, ans_buf *out);

/* print.c */
void gen_print(const gen *g, ans_buf *out);
void gen_print_params(const gen *g, ans_buf *out);

#endif
