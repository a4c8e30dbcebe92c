import assert from 'node:assert/strict';
import { html, htmlPage } from '../../src/core/html.js';
import { speak } from '../../src/core/l10n.js';

describe('Pages of HTML', () => {
  it('take what is put into them as text, in elements and attributes', () => {
    const name = `<img src=x onerror="alert('1')">&amp;`;
    const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;';
    assert.equal(html`<p title="${name}">${name}</p>`.markup, `<p title="${escaped}">${escaped}</p>`);
  });

  it('take markup that was made here as it is, also in lists, and nothing for what is absent', () => {
    const rows = ['a', 'b<'].map((each) => html`<li>${each}</li>`);
    assert.equal(html`<ul>${rows}${undefined}${0}</ul>`.markup, '<ul><li>a</li><li>b&lt;</li>0</ul>');
  });

  it('allow nothing to be loaded, no script, and no style but their own', () => {
    const page = htmlPage({ title: '</title><b>', body: html`<p>x</p>`, style: 'p{}' });
    assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
    const [, nonce = ''] = /<style nonce="([^"]{24})">p\{\}<\/style>/.exec(page) ?? [];
    assert.ok(page.includes(`content="default-src &#39;none&#39;; img-src data:; style-src &#39;nonce-${nonce}&#39;"`));
    assert.match(page, /<title>&lt;\/title&gt;&lt;b&gt;<\/title>/);
  });

  it('are in the language that their words are in, with a nonce of their own', () => {
    const pageIn = (bundle: Record<string, string> | undefined, tag: string) => {
      speak(bundle, tag);
      return htmlPage({ title: '', body: html``, style: '' });
    };
    try {
      assert.match(pageIn({ Done: 'Fertig' }, 'de'), /<html lang="de">/);
      assert.match(pageIn(undefined, 'fr'), /<html lang="en">/);
      assert.notEqual(pageIn(undefined, 'en'), pageIn(undefined, 'en'));
    } finally {
      speak(undefined, 'en');
    }
  });
});
