/* The R4 shapes of forms: what is asked (Questionnaire), what was answered (QuestionnaireResponse). */

import type { Decimal } from '../fhir/decimal';
import type { CodeableConcept, Coding, Identifier, Meta, Quantity, Reference, Resource } from '../fhir/types';

export interface Extension {
  url: string; extension?: Extension[]; valueCode?: string; valueString?: string; _valueString?: Primitive; valueBoolean?: boolean;
  valueInteger?: number; valueDecimal?: number; valueCoding?: TextCoding; valueExpression?: { expression?: string; language?: string };
  valueRange?: { low?: Quantity; high?: Quantity };
}
/* What stands beside a primitive value: its translations. */
export interface Primitive { extension?: Extension[] }
export interface TextCoding extends Coding { _display?: Primitive }

export interface Value {
  valueBoolean?: boolean; valueInteger?: number; valueDecimal?: number | Decimal; valueDate?: string; valueDateTime?: string;
  valueTime?: string; valueString?: string; valueUri?: string; valueCoding?: TextCoding; valueQuantity?: Quantity;
}
export interface AnswerOption extends Value { extension?: Extension[]; _valueString?: Primitive }

export interface EnableWhen {
  question: string; operator: string; answerBoolean?: boolean; answerInteger?: number; answerDecimal?: number; answerDate?: string;
  answerDateTime?: string; answerTime?: string; answerString?: string; answerCoding?: Coding; answerQuantity?: Quantity;
}

export interface Item {
  linkId: string; type: string; text?: string; _text?: Primitive; prefix?: string; code?: Coding[]; extension?: Extension[];
  enableWhen?: EnableWhen[]; enableBehavior?: string; required?: boolean; repeats?: boolean; readOnly?: boolean; maxLength?: number;
  answerValueSet?: string; answerOption?: AnswerOption[]; item?: Item[];
}

interface Concept { code?: string; display?: string; designation?: { language?: string; value?: string }[] }
export interface ValueSet extends Resource {
  resourceType: 'ValueSet';
  compose?: { include?: { system?: string; concept?: Concept[] }[] };
  expansion?: { total?: number; contains?: (Concept & { system?: string })[] };
}

/* A form as the list shows it: without its items. */
export interface FormHead extends Resource {
  resourceType: 'Questionnaire';
  url?: string; version?: string; title?: string; _title?: Primitive; description?: string; _description?: Primitive; copyright?: string; _copyright?: Primitive;
  status?: string; code?: Coding[]; extension?: Extension[];
}
export interface Form extends FormHead { item?: Item[]; contained?: Resource[] }

export interface ResponseAnswer extends Value { item?: ResponseItem[] }
export interface ResponseItem { linkId: string; text?: string; answer?: ResponseAnswer[]; item?: ResponseItem[] }
export interface Response extends Resource {
  resourceType: 'QuestionnaireResponse';
  meta?: Meta & { security?: Coding[] };
  identifier?: Identifier;
  extension?: Extension[];
  questionnaire?: string; status?: string; subject?: Reference; encounter?: Reference; authored?: string; author?: Reference;
  item?: ResponseItem[];
}

export interface Task extends Resource {
  resourceType: 'Task';
  identifier?: Identifier[]; status?: string; intent?: string; priority?: string; code?: CodeableConcept; description?: string;
  focus?: Reference; for?: Reference; encounter?: Reference; authoredOn?: string; requester?: Reference; reasonCode?: CodeableConcept;
}
