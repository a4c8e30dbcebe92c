/** Python for boards: the build strips its comments and gives the text. */
declare module '*.py' {
  const source: string;
  export default source;
}
