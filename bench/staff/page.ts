/* What the page asks and how it writes, from its own source: the bench asks the very same questions, now and after they change. */

export { FhirClient } from '../../web/src/fhir/client';
export { searchAttempts } from '../../web/src/fhir/person';
export { readBoard } from '../../web/src/ward/board';
export { scoreObservation, signsOf } from '../../web/src/ward/scored';
export { emptyDraft, judgeDraft } from '../../web/src/vitals/draft';
export { observationsOf, prepareSend, transactionOf } from '../../web/src/vitals/bundle';
export { saveSet } from '../../web/src/vitals/save';
export { VITALS } from '../../web/src/vitals/kinds';
export { loadAll, loadNewer, loadRound } from '../../web/src/drugs/load';
export { kindOf } from '../../web/src/daily/kinds';
export { loadDaily, loadNewer as loadNewerCare } from '../../web/src/daily/load';
export { recordCare } from '../../web/src/daily/record';
export { recordWords } from '../../web/src/i18n/daily';
export { isUnseen } from '../../web/src/place/unseen';
export { roundOf } from '../../web/src/drugs/round';
export { recordDose } from '../../web/src/drugs/record';
export { newItem } from '../../web/src/outbox/item';
export { sendItem } from '../../web/src/outbox/send';
export { calculate, loadForm, loadHere, loadPast, loadTitles } from '../../web/src/forms/load';
export { resultsByForm } from '../../web/src/forms/results';
export { Filled, indexOf } from '../../web/src/forms/enable';
export { answeredItems, responseOf } from '../../web/src/forms/response';
export { lastShift, loadHandover, loadPast as loadHandovers } from '../../web/src/handover/load';
export { namesOf, questionFor } from '../../web/src/access/trace';
export { withOffset } from '../../web/src/fhir/dates';
export { uuid4 } from '../../web/src/vitals/uuid';
