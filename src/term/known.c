/* Systems that R4 binds to and that have no CodeSystem resource. Some are rules: UCUM (the unit reader of fhir decides), language
 * tags, media types, URIs. Currencies are a list, ISO 4217 as published (the six-monthly table of the maintenance agency, SIX,
 * as of January 2024 and what was valid when R4 came out, so that older records stay right). */
#include "fhir/value.h"
#include "term/term_int.h"

static const ans_str CURRENCY_URL = ANS_STR("urn:iso:std:iso:4217");

static const char currencies[] =
    "AED\tUnited Arab Emirates dirham\nAFN\tAfghan afghani\nALL\tAlbanian lek\nAMD\tArmenian dram\nANG\tNetherlands Antillean guilder\n"
    "AOA\tAngolan kwanza\nARS\tArgentine peso\nAUD\tAustralian dollar\nAWG\tAruban florin\nAZN\tAzerbaijani manat\n"
    "BAM\tBosnia and Herzegovina convertible mark\nBBD\tBarbados dollar\nBDT\tBangladeshi taka\nBGN\tBulgarian lev\n"
    "BHD\tBahraini dinar\nBIF\tBurundian franc\nBMD\tBermudian dollar\nBND\tBrunei dollar\nBOB\tBoliviano\nBOV\tBolivian Mvdol\n"
    "BRL\tBrazilian real\nBSD\tBahamian dollar\nBTN\tBhutanese ngultrum\nBWP\tBotswana pula\nBYN\tBelarusian ruble\nBZD\tBelize dollar\n"
    "CAD\tCanadian dollar\nCDF\tCongolese franc\nCHE\tWIR Euro\nCHF\tSwiss franc\nCHW\tWIR Franc\nCLF\tUnidad de Fomento\n"
    "CLP\tChilean peso\nCNY\tRenminbi (Chinese) yuan\nCOP\tColombian peso\nCOU\tUnidad de Valor Real\nCRC\tCosta Rican colon\n"
    "CUC\tCuban convertible peso\nCUP\tCuban peso\nCVE\tCape Verde escudo\nCZK\tCzech koruna\nDJF\tDjiboutian franc\nDKK\tDanish krone\n"
    "DOP\tDominican peso\nDZD\tAlgerian dinar\nEGP\tEgyptian pound\nERN\tEritrean nakfa\nETB\tEthiopian birr\nEUR\tEuro\n"
    "FJD\tFiji dollar\nFKP\tFalkland Islands pound\nGBP\tPound sterling\nGEL\tGeorgian lari\nGHS\tGhanaian cedi\nGIP\tGibraltar pound\n"
    "GMD\tGambian dalasi\nGNF\tGuinean franc\nGTQ\tGuatemalan quetzal\nGYD\tGuyanese dollar\nHKD\tHong Kong dollar\n"
    "HNL\tHonduran lempira\nHRK\tCroatian kuna\nHTG\tHaitian gourde\nHUF\tHungarian forint\nIDR\tIndonesian rupiah\n"
    "ILS\tIsraeli new shekel\nINR\tIndian rupee\nIQD\tIraqi dinar\nIRR\tIranian rial\nISK\tIcelandic króna\nJMD\tJamaican dollar\n"
    "JOD\tJordanian dinar\nJPY\tJapanese yen\nKES\tKenyan shilling\nKGS\tKyrgyzstani som\nKHR\tCambodian riel\nKMF\tComoro franc\n"
    "KPW\tNorth Korean won\nKRW\tSouth Korean won\nKWD\tKuwaiti dinar\nKYD\tCayman Islands dollar\nKZT\tKazakhstani tenge\nLAK\tLao kip\n"
    "LBP\tLebanese pound\nLKR\tSri Lankan rupee\nLRD\tLiberian dollar\nLSL\tLesotho loti\nLYD\tLibyan dinar\nMAD\tMoroccan dirham\n"
    "MDL\tMoldovan leu\nMGA\tMalagasy ariary\nMKD\tMacedonian denar\nMMK\tMyanmar kyat\nMNT\tMongolian tögrög\nMOP\tMacanese pataca\n"
    "MRU\tMauritanian ouguiya\nMUR\tMauritian rupee\nMVR\tMaldivian rufiyaa\nMWK\tMalawian kwacha\nMXN\tMexican peso\n"
    "MXV\tMexican Unidad de Inversion (UDI)\nMYR\tMalaysian ringgit\nMZN\tMozambican metical\nNAD\tNamibian dollar\nNGN\tNigerian naira\n"
    "NIO\tNicaraguan córdoba\nNOK\tNorwegian krone\nNPR\tNepalese rupee\nNZD\tNew Zealand dollar\nOMR\tOmani rial\n"
    "PAB\tPanamanian balboa\nPEN\tPeruvian sol\nPGK\tPapua New Guinean kina\nPHP\tPhilippine peso\nPKR\tPakistani rupee\n"
    "PLN\tPolish złoty\nPYG\tParaguayan guaraní\nQAR\tQatari riyal\nRON\tRomanian leu\nRSD\tSerbian dinar\nRUB\tRussian ruble\n"
    "RWF\tRwandan franc\nSAR\tSaudi riyal\nSBD\tSolomon Islands dollar\nSCR\tSeychelles rupee\nSDG\tSudanese pound\n"
    "SEK\tSwedish krona\nSGD\tSingapore dollar\nSHP\tSaint Helena pound\nSLE\tSierra Leonean leone\nSLL\tSierra Leonean leone (old)\n"
    "SOS\tSomali shilling\nSRD\tSurinamese dollar\nSSP\tSouth Sudanese pound\nSTN\tSão Tomé and Príncipe dobra\n"
    "SVC\tSalvadoran colón\nSYP\tSyrian pound\nSZL\tSwazi lilangeni\nTHB\tThai baht\nTJS\tTajikistani somoni\nTMT\tTurkmenistan manat\n"
    "TND\tTunisian dinar\nTOP\tTongan paʻanga\nTRY\tTurkish lira\nTTD\tTrinidad and Tobago dollar\nTWD\tNew Taiwan dollar\n"
    "TZS\tTanzanian shilling\nUAH\tUkrainian hryvnia\nUGX\tUgandan shilling\nUSD\tUnited States dollar\n"
    "USN\tUnited States dollar (next day)\nUYI\tUruguay Peso en Unidades Indexadas\nUYU\tUruguayan peso\nUYW\tUnidad previsional\n"
    "UZS\tUzbekistan som\nVED\tVenezuelan digital bolívar\nVES\tVenezuelan bolívar soberano\nVND\tVietnamese đồng\nVUV\tVanuatu vatu\n"
    "WST\tSamoan tala\nXAF\tCFA franc BEAC\nXAG\tSilver (one troy ounce)\nXAU\tGold (one troy ounce)\n"
    "XBA\tEuropean Composite Unit (EURCO)\nXBB\tEuropean Monetary Unit (E.M.U.-6)\nXBC\tEuropean Unit of Account 9 (E.U.A.-9)\n"
    "XBD\tEuropean Unit of Account 17 (E.U.A.-17)\nXCD\tEast Caribbean dollar\nXDR\tSpecial drawing rights\nXOF\tCFA franc BCEAO\n"
    "XPD\tPalladium (one troy ounce)\nXPF\tCFP franc\nXPT\tPlatinum (one troy ounce)\nXSU\tSUCRE\nXTS\tCode reserved for testing\n"
    "XUA\tADB Unit of Account\nXXX\tNo currency\nYER\tYemeni rial\nZAR\tSouth African rand\nZMW\tZambian kwacha\n"
    "ZWL\tZimbabwean dollar A/10";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* RFC 5646: subtags of 1 to 8 letters and digits; the first is a language of letters, or x or i with something behind it. Whether
 * a subtag is registered is not asked. */
static bool is_language(ans_str tag)
{
    ans_str one;
    for (bool first = true, more = true; more; first = false) {
        more = ans_str_cut(&tag, '-', &one);
        bool is_word = one.n >= 1 && one.n <= 8;
        for (size_t i = 0; is_word && i < one.n; i++) {
            is_word = is_letter(one.p[i]) || (!first && is_digit(one.p[i]));
        }
        bool is_private = first && one.n == 1 && more && (one.p[0] | 32) != 'a';
        if (!is_word || (first && one.n == 1 && !is_private) || (is_private && (one.p[0] | 32) != 'x' && (one.p[0] | 32) != 'i')) {
            return false;
        }
    }
    return true;
}

/* RFC 6838, 4.2: restricted names. */
static bool is_media_name(ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!is_letter(c) && !is_digit(c) && (i == 0 || !memchr("!#$&-^_.+", c, 9))) {
            return false;
        }
    }
    return s.n >= 1 && s.n <= 127;
}

static bool is_media_type(ans_str s)
{
    ans_str whole, type;
    bool has_parameters = ans_str_cut(&s, ';', &whole);
    (void)has_parameters; /* charset=utf-8 and the like: their names are not asked */
    whole = ans_str_trim(whole);
    return ans_str_cut(&whole, '/', &type) && is_media_name(type) && is_media_name(whole);
}

/* RFC 3986: a scheme, a colon, something, and nothing that no URI has. */
static bool is_uri(ans_str s)
{
    ptrdiff_t colon = ans_str_find(s, ':');
    for (ptrdiff_t i = 0; i < colon; i++) {
        if (!is_letter(s.p[i]) && (i == 0 || !(is_digit(s.p[i]) || memchr("+-.", s.p[i], 3)))) {
            return false;
        }
    }
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || memchr("<>\"{}|\\^`", s.p[i], 9)) {
            return false;
        }
    }
    return colon > 0 && (size_t)colon + 1 < s.n;
}

/* A unit that cannot be read is none; but the rarer atoms in brackets are not all in the table. */
static ans_term_verdict unit_verdict(ans_str code)
{
    return ans_ucum_is_unit(code) ? ANS_TERM_IN : ans_str_find(code, '[') >= 0 ? ANS_TERM_UNKNOWN : ANS_TERM_OUT;
}

static ans_term_verdict verdict_of(bool yes)
{
    return yes ? ANS_TERM_IN : ANS_TERM_OUT;
}

bool ans_term_is_rule(ans_str system)
{
    return ans_str_is(system, "http://unitsofmeasure.org") || ans_str_is(system, "urn:ietf:bcp:47") ||
           ans_str_is(system, "urn:ietf:bcp:13") || ans_str_is(system, "urn:ietf:rfc:3986");
}

ans_term_verdict known_is_code(ans_str system, ans_str code)
{
    if (ans_str_is(system, "http://unitsofmeasure.org")) {
        return unit_verdict(code);
    }
    if (ans_str_is(system, "urn:ietf:bcp:47")) {
        return verdict_of(is_language(code));
    }
    if (ans_str_is(system, "urn:ietf:bcp:13")) {
        return verdict_of(is_media_type(code));
    }
    return ans_str_is(system, "urn:ietf:rfc:3986") ? verdict_of(is_uri(code)) : ANS_TERM_UNKNOWN;
}

/* ---- lists ---- */

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static const ans_term_system *_Atomic currency_list; /* made once, kept until the process ends */
static ans_arena *list_arena;

ans_err known_list(ans_cx *cx, ans_str system, const ans_term_system **out)
{
    ans_term_system *made = NULL;
    ans_err err = ANS_OK;
    *out = NULL;
    if (!ans_str_eq(system, CURRENCY_URL)) {
        return ANS_OK;
    }
    if ((*out = currency_list) != NULL) {
        return ANS_OK;
    }
    (void)pthread_mutex_lock(&list_lock);
    if (!currency_list) {
        list_arena = list_arena ? list_arena : ans_arena_new((size_t)1 << 20);
        err = list_arena ? system_of_lines(cx, CURRENCY_URL, ANS_STR(currencies), list_arena, &made) : ans_cx_nomem(cx);
        currency_list = err == ANS_OK ? made : NULL;
    }
    *out = currency_list;
    (void)pthread_mutex_unlock(&list_lock);
    return err;
}
