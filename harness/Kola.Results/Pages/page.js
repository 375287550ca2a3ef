(() => {
  const rows = [...document.querySelectorAll('.scenario')], find = document.getElementById('find'), buttons = [...document.querySelectorAll('.tools button[data-show]')];
  let shown = 'all';
  const show = () => {
    const text = find.value.toLowerCase();
    for (const row of rows)
      row.hidden = !((shown === 'all' || row.dataset[shown] === 'yes') && row.querySelector('summary').textContent.toLowerCase().includes(text));
    for (const button of buttons)
      button.setAttribute('aria-pressed', String(button.dataset.show === shown));
  };
  const open = () => {
    const target = /^#s\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (!target) return;
    target.open = true;
    target.scrollIntoView();
  };
  find.addEventListener('input', show);
  for (const button of buttons)
    button.addEventListener('click', () => { shown = button.dataset.show; show(); });
  addEventListener('hashchange', open);
  show();
  open();
})();
