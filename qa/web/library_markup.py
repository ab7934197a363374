"""The library view as HTML; its script fills in the articles, as text and never as markup."""

from __future__ import annotations

from index.articles import SUFFIXES

COLUMNS = ("title", "date", "source", "words", "passages", "added")
_HEADS = "".join(
    f"<th scope='col'><button type='button' data-sort='{name}'>{name.capitalize()}</button></th>" for name in COLUMNS
)
SHELL = f"""
<h2>Library</h2>
<section class='adding' aria-label='Add articles' hidden>
<p>Drop files or folders here, or
<button type='button' class='files'>Choose files</button>
<button type='button' class='folder'>Choose a folder</button>
<button type='button' class='paste' aria-expanded='false'>Paste text</button></p>
<input type='file' class='some' multiple hidden accept='{",".join(SUFFIXES)}' aria-label='Files'>
<input type='file' class='whole' webkitdirectory hidden aria-label='Folder'>
<form class='pasting' hidden>
<label>Title <input name='title' maxlength='200' autocomplete='off' required></label>
<label>Text <textarea name='text' rows='8' required></textarea></label>
<p><button type='submit'>Add</button> <button type='button' class='cancel'>Cancel</button></p>
</form>
</section>
<section class='uploads' aria-label='What was added' hidden>
<div class='bar-line'><progress aria-label='Progress'></progress> <span role='status'></span>
<button type='button' class='cancel'>Cancel</button></div>
<ul></ul>
</section>
<p class='said' role='status'></p>
<div class='finding'>
<label>Find in the library <input type='search' autocomplete='off'></label>
<label>Source <select><option value=''>All</option></select></label>
<label class='watching' hidden><input type='checkbox'> Take up what changes in the articles folder</label>
</div>
<table><thead><tr>{_HEADS}<th scope='col'><span class='quoth-unseen'>Delete</span></th></tr></thead>
<tbody></tbody></table>
<p class='count' role='status'></p>
<details class='deleted' hidden><summary></summary><ul></ul></details>
"""
