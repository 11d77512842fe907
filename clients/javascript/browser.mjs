// A person at the sign-in pages, without a browser: the pages are plain forms, so that filling them in is all there is.

export class Browser {
  #cookies = new Map();

  constructor(answers) {
    this.answers = answers; // by the name of the field
  }

  // visit opens an address and fills in one form after another until there is none left to fill in.
  async visit(address) {
    let page = await this.#fetch(address);
    for (let steps = 0; steps < 10; steps++) {
      const form = this.#form(page.text, page.url);
      if (!form && /role="alert"|<button (?!class="plain")/.test(page.text)) throw new Error(`nobody knows what to answer here:\n${page.text}`);
      if (!form) return page;
      page = await this.#fetch(form.action, { method: 'POST', body: form.fields, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    }
    throw new Error(`the sign-in does not end:\n${page.text}`);
  }

  async #fetch(url, options = {}) {
    const headers = { ...options.headers, Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '), 'Accept-Language': 'en' };
    const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, ...value] = cookie.split(';')[0].split('=');
      this.#cookies.set(name, value.join('='));
    }
    const next = answer.headers.get('location');
    if (next) return this.#fetch(new URL(next, url).href);
    return { url, status: answer.status, text: await answer.text() };
  }

  // form reads the form of a page that asks for something known; menus are passed over.
  #form(html, base) {
    for (const [, attributes, content] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
      const inputs = [...content.matchAll(/<input([^>]*)>/g)].map(([, text]) => attributesOf(text));
      const button = attributesOf(/<button([^>]*)>/.exec(content)?.[1] ?? '');
      const given = (input) => input.type === 'hidden' || 'readonly' in input;
      const asked = inputs.filter((input) => !given(input));
      if (button.class === 'plain' || asked.some((input) => !(input.name in this.answers))) continue;
      if (asked.length === 0 && !(button.value in this.answers)) continue;
      const fields = new URLSearchParams();
      for (const input of inputs) fields.set(input.name, given(input) ? input.value : this.answers[input.name]);
      if (button.name) fields.set(button.name, button.value);
      return { action: new URL(attributesOf(attributes).action, base).href, fields };
    }
    return null;
  }
}

function attributesOf(text) {
  const decode = (value) => value.replaceAll('&#43;', '+').replaceAll('&#34;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return Object.fromEntries([...text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, decode(value ?? '')]));
}
