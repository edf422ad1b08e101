/** What one word, or the value of one variable, may have: the memory is that of all containers of the node. */
export const longestText: number = 2 ** 20;
