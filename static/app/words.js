// The sentences scripts may say, in the page's language; base.html writes them.
const element = document.getElementById("words");

/** @type {Record<string, string>} */
export const words = element ? JSON.parse(element.textContent) : {};
