/* Units inside the room: what ucum.c (expressions), ucum_units.c (atoms) and ucum_text.c (names of
 * dimensions) share. */
#ifndef ANS_FHIR_UCUM_INT_H
#define ANS_FHIR_UCUM_INT_H

#include "fhir/value.h"

/* Procedure-defined units and levels: nothing converts into them, so each is a dimension of its own
 * (UCUM section 24). UCUM defines pH, bel and neper as logarithms; compared with their own kind
 * only, they are kept as they are. */
#define ANS_UCUM_ARBITRARY(X)                                                                      \
    X(IU, "[iU]")                                                                                  \
    X(ARB, "[arb'U]") X(USP, "[USP'U]") X(GPL, "[GPL'U]") X(MPL, "[MPL'U]") X(APL, "[APL'U]")      \
        X(BETH, "[beth'U]") X(TODD, "[todd'U]") X(DYE, "[dye'U]") X(SMGY, "[smgy'U]")              \
            X(BDSK, "[bdsk'U]") X(KA, "[ka'U]") X(KNK, "[knk'U]") X(MCLG, "[mclg'U]")              \
                X(TB, "[tb'U]") X(CCID, "[CCID_50]") X(TCID, "[TCID_50]") X(EID, "[EID_50]")       \
                    X(PFU, "[PFU]") X(FFU, "[FFU]") X(CFU, "[CFU]") X(BAU, "[BAU]") X(AU, "[AU]")  \
                        X(AMB_A_1, "[Amb'a'1'U]") X(PNU, "[PNU]") X(LF, "[Lf]")                    \
                            X(D_AG, "[D'ag'U]") X(ELU, "[ELU]") X(EU, "[EU]") X(PH, "[pH]")        \
                                X(NEPER, "Np") X(BEL, "B") X(B_SPL, "B[SPL]")

/* The dimension that a unit may have beside mass, substance, length and time: at most one. */
typedef enum ans_ucum_kind {
    ANS_UCUM_NONE,
    ANS_UCUM_K,
    ANS_UCUM_C,
    ANS_UCUM_RAD,
    ANS_UCUM_CD,
    ANS_UCUM_LM,
#define ANS_UCUM_ENUM(id, text) ANS_UCUM_##id,
    ANS_UCUM_ARBITRARY(ANS_UCUM_ENUM)
#undef ANS_UCUM_ENUM
} ans_ucum_kind;

typedef struct ans_ucum_dim {
    int8_t g, mol, m, s; /* exponents */
    uint8_t kind;        /* ans_ucum_kind */
    int8_t power;        /* exponent of kind; 0 exactly when it is none */
} ans_ucum_dim;

typedef enum ans_ucum_class {
    ANS_UCUM_PLAIN,
    ANS_UCUM_METRIC, /* takes prefixes */
    ANS_UCUM_CELSIUS,
    ANS_UCUM_FAHRENHEIT
} ans_ucum_class;

/* One of it is num / den * 10^exponent of the canonical unit. */
typedef struct ans_ucum_atom {
    char code[12];
    uint64_t num, den;
    int8_t exponent;
    uint8_t class; /* ans_ucum_class */
    ans_ucum_dim dim;
} ans_ucum_atom;

const ans_ucum_atom *ans_ucum_atom_named(ans_str code);
/* Constant text of a dimension, p NULL when it lies beyond what care measures. */
ans_str ans_ucum_dim_text(ans_ucum_dim dim);

extern const ans_ucum_atom ans_ucum_atoms[]; /* sorted by code */
extern const size_t ans_ucum_atom_count;

#endif
