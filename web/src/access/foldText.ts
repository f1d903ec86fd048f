/* For finding by typing in a list that is here already: no marks, no case, single spaces. */
export function foldText(text: string): string {
  return text.toLowerCase().replace(/\u0111/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/\s+/g, ' ').trim();
}
