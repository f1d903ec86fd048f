/* The units that care uses, as definitions of the Unified Code for Units of Measure:
 * https://ucum.org/ucum (tables 1-26), checked against ucum-essence.xml. Behind each row stands
 * UCUM's own definition; the numbers are those definitions multiplied out to gram, mole, metre,
 * second, kelvin, coulomb, radian, candela, and the test does that again.
 *
 * UCUM is (c) Regenstrief Institute and the UCUM Organization, free to use
 * (https://ucum.org/license). */
#include "fhir/ucum_int.h"

#define PLAIN ANS_UCUM_PLAIN
#define METRIC ANS_UCUM_METRIC
#define CELSIUS ANS_UCUM_CELSIUS
#define FAHRENHEIT ANS_UCUM_FAHRENHEIT

/* clang-format off */
const ans_ucum_atom ans_ucum_atoms[] = {
    /* code, numerator, denominator, power of ten, class, dimension; sorted by code */
    {"%", 1, 1, -2, PLAIN, {0}}, /* 10*-2 */
    {"10*", 1, 1, 1, PLAIN, {0}}, /* the number ten */
    {"10^", 1, 1, 1, PLAIN, {0}}, /* the number ten */
    {"A", 1, 1, 0, METRIC, {.s = -1, .kind = ANS_UCUM_C, .power = 1}}, /* C/s */
    {"Ao", 1, 1, -10, PLAIN, {.m = 1}}, /* 0.1 nm */
    {"B", 1, 1, 0, METRIC, {.kind = ANS_UCUM_BEL, .power = 1}}, /* a level */
    {"B[SPL]", 1, 1, 0, METRIC, {.kind = ANS_UCUM_B_SPL, .power = 1}}, /* a level */
    {"Bq", 1, 1, 0, METRIC, {.s = -1}}, /* s-1 */
    {"By", 8, 1, 0, METRIC, {0}}, /* 8 bit */
    {"C", 1, 1, 0, METRIC, {.kind = ANS_UCUM_C, .power = 1}}, /* base */
    {"Cel", 1, 1, 0, CELSIUS, {.kind = ANS_UCUM_K, .power = 1}}, /* K = Cel + 273.15 */
    {"Ci", 37, 1, 9, METRIC, {.s = -1}}, /* 3.7e10 Bq */
    {"F", 1, 1, -3, METRIC, {.g = -1, .m = -2, .s = 2, .kind = ANS_UCUM_C, .power = 2}}, /* C/V */
    {"G", 1, 1, -1, METRIC, {.g = 1, .s = -1, .kind = ANS_UCUM_C, .power = -1}}, /* 0.0001 T */
    {"Gy", 1, 1, 0, METRIC, {.m = 2, .s = -2}}, /* J/kg */
    {"H", 1, 1, 3, METRIC, {.g = 1, .m = 2, .kind = ANS_UCUM_C, .power = -2}}, /* Wb/A */
    {"Hz", 1, 1, 0, METRIC, {.s = -1}}, /* s-1 */
    {"J", 1, 1, 3, METRIC, {.g = 1, .m = 2, .s = -2}}, /* N.m */
    {"K", 1, 1, 0, METRIC, {.kind = ANS_UCUM_K, .power = 1}}, /* base */
    {"L", 1, 1, -3, METRIC, {.m = 3}}, /* l */
    {"N", 1, 1, 3, METRIC, {.g = 1, .m = 1, .s = -2}}, /* kg.m/s2 */
    {"Np", 1, 1, 0, METRIC, {.kind = ANS_UCUM_NEPER, .power = 1}}, /* a level */
    {"Ohm", 1, 1, 3, METRIC, {.g = 1, .m = 2, .s = -1, .kind = ANS_UCUM_C, .power = -2}}, /* V/A */
    {"P", 1, 1, 2, METRIC, {.g = 1, .m = -1, .s = -1}}, /* dyn.s/cm2 */
    {"Pa", 1, 1, 3, METRIC, {.g = 1, .m = -1, .s = -2}}, /* N/m2 */
    {"R", 258, 1, -9, METRIC, {.g = -1, .kind = ANS_UCUM_C, .power = 1}}, /* 0.000258 C/kg */
    {"RAD", 1, 1, -2, METRIC, {.m = 2, .s = -2}}, /* 100 erg/g */
    {"REM", 1, 1, -2, METRIC, {.m = 2, .s = -2}}, /* RAD */
    {"S", 1, 1, -3, METRIC, {.g = -1, .m = -2, .s = 1, .kind = ANS_UCUM_C, .power = 2}}, /* Ohm-1 */
    {"St", 1, 1, -4, METRIC, {.m = 2, .s = -1}}, /* cm2/s */
    {"Sv", 1, 1, 0, METRIC, {.m = 2, .s = -2}}, /* J/kg */
    {"T", 1, 1, 3, METRIC, {.g = 1, .s = -1, .kind = ANS_UCUM_C, .power = -1}}, /* Wb/m2 */
    {"U", 5, 3, -8, METRIC, {.mol = 1, .s = -1}}, /* umol/min */
    {"V", 1, 1, 3, METRIC, {.g = 1, .m = 2, .s = -2, .kind = ANS_UCUM_C, .power = -1}}, /* J/C */
    {"W", 1, 1, 3, METRIC, {.g = 1, .m = 2, .s = -3}}, /* J/s */
    {"Wb", 1, 1, 3, METRIC, {.g = 1, .m = 2, .s = -1, .kind = ANS_UCUM_C, .power = -1}}, /* V.s */
    {"[APL'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_APL, .power = 1}}, /* arbitrary */
    {"[AU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_AU, .power = 1}}, /* arbitrary */
    {"[Amb'a'1'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_AMB_A_1, .power = 1}}, /* arbitrary */
    {"[BAU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_BAU, .power = 1}}, /* arbitrary */
    {"[CCID_50]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_CCID, .power = 1}}, /* arbitrary */
    {"[CFU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_CFU, .power = 1}}, /* arbitrary */
    {"[Cal]", 4184, 1, 3, PLAIN, {.g = 1, .m = 2, .s = -2}}, /* 1000 cal_th */
    {"[Ch]", 5, 1570796326794896619, 14, PLAIN, {.m = 1}}, /* mm/[pi] */
    {"[D'ag'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_D_AG, .power = 1}}, /* arbitrary */
    {"[EID_50]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_EID, .power = 1}}, /* arbitrary */
    {"[ELU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_ELU, .power = 1}}, /* arbitrary */
    {"[EU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_EU, .power = 1}}, /* arbitrary */
    {"[FFU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_FFU, .power = 1}}, /* arbitrary */
    {"[GPL'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_GPL, .power = 1}}, /* arbitrary */
    {"[HPF]", 1, 1, 0, PLAIN, {0}}, /* 1: high power field */
    {"[IU]", 1, 1, 0, METRIC, {.kind = ANS_UCUM_IU, .power = 1}}, /* [iU] */
    {"[LPF]", 1, 1, 2, PLAIN, {0}}, /* 100: low power field */
    {"[Lf]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_LF, .power = 1}}, /* arbitrary */
    {"[MET]", 175, 3, -12, PLAIN, {.g = -1, .m = 3, .s = -1}}, /* 3.5 mL/min/kg */
    {"[MPL'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_MPL, .power = 1}}, /* arbitrary */
    {"[PFU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_PFU, .power = 1}}, /* arbitrary */
    {"[PNU]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_PNU, .power = 1}}, /* arbitrary */
    {"[PRU]", 133322, 1, 6, PLAIN, {.g = 1, .m = -4, .s = -1}}, /* mm[Hg].s/ml */
    {"[S]", 1, 1, -13, PLAIN, {.s = 1}}, /* 1e-13 s */
    {"[TCID_50]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_TCID, .power = 1}}, /* arbitrary */
    {"[USP'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_USP, .power = 1}}, /* arbitrary */
    {"[arb'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_ARB, .power = 1}}, /* arbitrary */
    {"[bdsk'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_BDSK, .power = 1}}, /* arbitrary */
    {"[beth'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_BETH, .power = 1}}, /* arbitrary */
    {"[car_m]", 2, 1, -1, PLAIN, {.g = 1}}, /* 0.2 g */
    {"[cft_i]", 28316846592, 1, -12, PLAIN, {.m = 3}}, /* [ft_i]3 */
    {"[cin_i]", 16387064, 1, -12, PLAIN, {.m = 3}}, /* [in_i]3 */
    {"[cup_us]", 2365882365, 1, -13, PLAIN, {.m = 3}}, /* 16 [tbs_us] */
    {"[degF]", 1, 1, 0, FAHRENHEIT, {.kind = ANS_UCUM_K, .power = 1}}, /* K = (degF + 459.67) 5/9 */
    {"[diop]", 1, 1, 0, PLAIN, {.m = -1}}, /* /m */
    {"[dr_av]", 17718451953125, 1, -13, PLAIN, {.g = 1}}, /* [oz_av]/16 */
    {"[drp]", 5, 1, -8, PLAIN, {.m = 3}}, /* ml/20 */
    {"[dye'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_DYE, .power = 1}}, /* arbitrary */
    {"[fdr_us]", 36966911953125, 1, -19, PLAIN, {.m = 3}}, /* [foz_us]/8 */
    {"[foz_br]", 284130625, 1, -13, PLAIN, {.m = 3}}, /* [gil_br]/5 */
    {"[foz_us]", 295735295625, 1, -16, PLAIN, {.m = 3}}, /* [gil_us]/4 */
    {"[ft_i]", 3048, 1, -4, PLAIN, {.m = 1}}, /* 12 [in_i] */
    {"[fth_i]", 18288, 1, -4, PLAIN, {.m = 1}}, /* 6 [ft_i] */
    {"[g]", 980665, 1, -5, METRIC, {.m = 1, .s = -2}}, /* 9.80665 m/s2 */
    {"[gal_br]", 454609, 1, -8, PLAIN, {.m = 3}}, /* 4.54609 l */
    {"[gal_us]", 3785411784, 1, -12, PLAIN, {.m = 3}}, /* 231 [in_i]3 */
    {"[gil_br]", 1420653125, 1, -13, PLAIN, {.m = 3}}, /* [pt_br]/4 */
    {"[gil_us]", 11829411825, 1, -14, PLAIN, {.m = 3}}, /* [pt_us]/4 */
    {"[gr]", 6479891, 1, -8, PLAIN, {.g = 1}}, /* 64.79891 mg */
    {"[hnsf'U]", 1, 1, 0, PLAIN, {0}}, /* 1: Hounsfield */
    {"[iU]", 1, 1, 0, METRIC, {.kind = ANS_UCUM_IU, .power = 1}}, /* arbitrary */
    {"[in_i'H2O]", 24908891, 1, -2, PLAIN, {.g = 1, .m = -1, .s = -2}}, /* m[H2O].[in_i]/m */
    {"[in_i'Hg]", 33863788, 1, -1, PLAIN, {.g = 1, .m = -1, .s = -2}}, /* m[Hg].[in_i]/m */
    {"[in_i]", 254, 1, -4, PLAIN, {.m = 1}}, /* 2.54 cm */
    {"[ka'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_KA, .power = 1}}, /* arbitrary */
    {"[kn_i]", 463, 9, -2, PLAIN, {.m = 1, .s = -1}}, /* [nmi_i]/h */
    {"[knk'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_KNK, .power = 1}}, /* arbitrary */
    {"[lb_av]", 45359237, 1, -5, PLAIN, {.g = 1}}, /* 7000 [gr] */
    {"[lb_tr]", 3732417216, 1, -7, PLAIN, {.g = 1}}, /* 12 [oz_tr] */
    {"[lbf_av]", 44482216152605, 1, -10, PLAIN, {.g = 1, .m = 1, .s = -2}}, /* [lb_av].[g] */
    {"[mclg'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_MCLG, .power = 1}}, /* arbitrary */
    {"[mi_i]", 1609344, 1, -3, PLAIN, {.m = 1}}, /* 5280 [ft_i] */
    {"[mi_us]", 6336, 3937, 3, PLAIN, {.m = 1}}, /* 5280.1200 m/3937 */
    {"[min_us]", 61611519921875, 1, -21, PLAIN, {.m = 3}}, /* [fdr_us]/60 */
    {"[nmi_i]", 1852, 1, 0, PLAIN, {.m = 1}}, /* 1852 m */
    {"[oz_av]", 28349523125, 1, -9, PLAIN, {.g = 1}}, /* [lb_av]/16 */
    {"[oz_tr]", 311034768, 1, -7, PLAIN, {.g = 1}}, /* 20 [pwt_tr] */
    {"[pH]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_PH, .power = 1}}, /* a level */
    {"[pi]", 3141592653589793238, 1, -18, PLAIN, {0}}, /* pi, 19 digits */
    {"[ppb]", 1, 1, -9, PLAIN, {0}}, /* 10*-9 */
    {"[ppm]", 1, 1, -6, PLAIN, {0}}, /* 10*-6 */
    {"[ppth]", 1, 1, -3, PLAIN, {0}}, /* 10*-3 */
    {"[pptr]", 1, 1, -12, PLAIN, {0}}, /* 10*-12 */
    {"[psi]", 1112055403815125, 16129, -4, PLAIN, {.g = 1, .m = -1, .s = -2}}, /* lbf/in2 */
    {"[pt_br]", 56826125, 1, -11, PLAIN, {.m = 3}}, /* [qt_br]/2 */
    {"[pt_us]", 473176473, 1, -12, PLAIN, {.m = 3}}, /* [qt_us]/2 */
    {"[pwt_tr]", 155517384, 1, -8, PLAIN, {.g = 1}}, /* 24 [gr] */
    {"[qt_br]", 11365225, 1, -10, PLAIN, {.m = 3}}, /* [gal_br]/4 */
    {"[qt_us]", 946352946, 1, -12, PLAIN, {.m = 3}}, /* [gal_us]/4 */
    {"[scwt_av]", 45359237, 1, -3, PLAIN, {.g = 1}}, /* 100 [lb_av] */
    {"[sft_i]", 9290304, 1, -8, PLAIN, {.m = 2}}, /* [ft_i]2 */
    {"[sin_i]", 64516, 1, -8, PLAIN, {.m = 2}}, /* [in_i]2 */
    {"[smgy'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_SMGY, .power = 1}}, /* arbitrary */
    {"[ston_av]", 90718474, 1, -2, PLAIN, {.g = 1}}, /* 20 [scwt_av] */
    {"[stone_av]", 635029318, 1, -5, PLAIN, {.g = 1}}, /* 14 [lb_av] */
    {"[syd_i]", 83612736, 1, -8, PLAIN, {.m = 2}}, /* [yd_i]2 */
    {"[tb'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_TB, .power = 1}}, /* arbitrary */
    {"[tbs_us]", 1478676478125, 1, -17, PLAIN, {.m = 3}}, /* [foz_us]/2 */
    {"[todd'U]", 1, 1, 0, PLAIN, {.kind = ANS_UCUM_TODD, .power = 1}}, /* arbitrary */
    {"[tsp_us]", 492892159375, 1, -17, PLAIN, {.m = 3}}, /* [tbs_us]/3 */
    {"[yd_i]", 9144, 1, -4, PLAIN, {.m = 1}}, /* 3 [ft_i] */
    {"a", 315576, 1, 2, PLAIN, {.s = 1}}, /* a_j */
    {"a_g", 31556952, 1, 0, PLAIN, {.s = 1}}, /* 365.2425 d */
    {"a_j", 315576, 1, 2, PLAIN, {.s = 1}}, /* 365.25 d */
    {"a_t", 31556925216, 1, -3, PLAIN, {.s = 1}}, /* 365.24219 d */
    {"ar", 1, 1, 2, METRIC, {.m = 2}}, /* 100 m2 */
    {"atm", 101325, 1, 3, PLAIN, {.g = 1, .m = -1, .s = -2}}, /* 101325 Pa */
    {"att", 980665, 1, 2, PLAIN, {.g = 1, .m = -1, .s = -2}}, /* kgf/cm2 */
    {"b", 1, 1, -28, PLAIN, {.m = 2}}, /* 100 fm2 */
    {"bar", 1, 1, 8, METRIC, {.g = 1, .m = -1, .s = -2}}, /* 100000 Pa */
    {"bit", 1, 1, 0, METRIC, {0}}, /* 1 */
    {"cal", 4184, 1, 0, METRIC, {.g = 1, .m = 2, .s = -2}}, /* cal_th */
    {"cal_IT", 41868, 1, -1, METRIC, {.g = 1, .m = 2, .s = -2}}, /* 4.1868 J */
    {"cal_th", 4184, 1, 0, METRIC, {.g = 1, .m = 2, .s = -2}}, /* 4.184 J */
    {"cd", 1, 1, 0, METRIC, {.kind = ANS_UCUM_CD, .power = 1}}, /* base */
    {"circ", 6283185307179586476, 1, -18, PLAIN, {.kind = ANS_UCUM_RAD, .power = 1}}, /* 2 [pi] rad */
    {"d", 864, 1, 2, PLAIN, {.s = 1}}, /* 24 h */
    {"deg", 523598775598298873, 3, -19, PLAIN, {.kind = ANS_UCUM_RAD, .power = 1}}, /* [pi] rad/180 */
    {"dyn", 1, 1, -2, METRIC, {.g = 1, .m = 1, .s = -2}}, /* g.cm/s2 */
    {"eq", 1, 1, 0, METRIC, {.mol = 1}}, /* mol */
    {"erg", 1, 1, -4, METRIC, {.g = 1, .m = 2, .s = -2}}, /* dyn.cm */
    {"g", 1, 1, 0, METRIC, {.g = 1}}, /* base */
    {"g%", 1, 1, 4, METRIC, {.g = 1, .m = -3}}, /* g/dl */
    {"gf", 980665, 1, -5, METRIC, {.g = 1, .m = 1, .s = -2}}, /* g.[g] */
    {"h", 36, 1, 2, PLAIN, {.s = 1}}, /* 60 min */
    {"kat", 1, 1, 0, METRIC, {.mol = 1, .s = -1}}, /* mol/s */
    {"l", 1, 1, -3, METRIC, {.m = 3}}, /* dm3 */
    {"lm", 1, 1, 0, METRIC, {.kind = ANS_UCUM_LM, .power = 1}}, /* cd.sr, a base here */
    {"lx", 1, 1, 0, METRIC, {.m = -2, .kind = ANS_UCUM_LM, .power = 1}}, /* lm/m2 */
    {"m", 1, 1, 0, METRIC, {.m = 1}}, /* base */
    {"m[H2O]", 980665, 1, 1, METRIC, {.g = 1, .m = -1, .s = -2}}, /* 9.80665 kPa */
    {"m[Hg]", 133322, 1, 3, METRIC, {.g = 1, .m = -1, .s = -2}}, /* 133.322 kPa */
    {"min", 6, 1, 1, PLAIN, {.s = 1}}, /* 60 s */
    {"mo", 26298, 1, 2, PLAIN, {.s = 1}}, /* mo_j */
    {"mo_g", 2629746, 1, 0, PLAIN, {.s = 1}}, /* a_g/12 */
    {"mo_j", 26298, 1, 2, PLAIN, {.s = 1}}, /* a_j/12 */
    {"mo_s", 2551442976, 1, -3, PLAIN, {.s = 1}}, /* 29.53059 d */
    {"mol", 1, 1, 0, METRIC, {.mol = 1}}, /* a base here: see ucum.c */
    {"osm", 1, 1, 0, METRIC, {.mol = 1}}, /* mol */
    {"rad", 1, 1, 0, METRIC, {.kind = ANS_UCUM_RAD, .power = 1}}, /* base */
    {"s", 1, 1, 0, METRIC, {.s = 1}}, /* base */
    {"t", 1, 1, 6, METRIC, {.g = 1}}, /* 1000 kg */
    {"wk", 6048, 1, 2, PLAIN, {.s = 1}}, /* 7 d */
};
/* clang-format on */

const size_t ans_ucum_atom_count = sizeof ans_ucum_atoms / sizeof ans_ucum_atoms[0];

const ans_ucum_atom *ans_ucum_atom_named(ans_str code)
{
    size_t low = 0, high = ans_ucum_atom_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const ans_ucum_atom *atom = &ans_ucum_atoms[middle];
        int order = ans_str_cmp(ans_str_of(atom->code), code);
        if (order == 0) {
            return atom;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
