/* Many expressions at once: what `ansinh fhirpath --batch` runs. */
#ifndef ANS_PATH_BATCH_H
#define ANS_PATH_BATCH_H

#include <stdio.h>

#include "base/cx.h"

/* Evaluate every case of a JSON lines file and write one line for each, in order:
 *   in   {"name": "a", "expression": "Patient.name.given", "inputfile": "patient.json"}
 *   out  {"name":"a","result":["Peter"]}  or  {"name":"a","error":"FHIRPath: ..."}
 * inputfile (relative to the folder inputs) may be null or absent: the expression then has no
 * focus. With "mode": "strict" names are checked against the type of the input first. errors those
 * of reading the cases; a case that fails is an output line */
ANS_MUST_USE ans_err ans_path_batch(ans_cx *cx, const char *cases, const char *inputs, FILE *out);

#endif
