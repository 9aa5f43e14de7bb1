// The plot of a study's page: accuracy against NWC, fraction, time or energy, drawn with Flot. The data stand in the page as JSON:
//   selectors  names; price_words: what the last number of their lines is
//   points     {number, name}
//   curves     {point, selector, rows}: indices into the two, and lines of [fraction, nwc, time_s, energy_J, mean, low, high, trials, price]
// What is shown can be said in the address: #x=time_s&scale=log&colour=selector&off=random,none&points=1,3-5
(function ($) {
  'use strict';

  const data = JSON.parse(document.getElementById('study-data').textContent);
  const COLOURS = ['#0072B2', '#D55E00', '#007A5A', '#AA4C88', '#8A6500', '#2E86C1', '#222222'];
  const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'plus'];
  const FRACTION = 0, NWC = 1, TIME = 2, ENERGY = 3, MEAN = 4, LOW = 5, HIGH = 6, TRIALS = 7, PRICE = 8;
  const AXES = {
    nwc: {column: NWC, word: 'NWC', label: 'NWC (write pulses, 1 = all weights verified)', short: 'NWC (1 = all verified)', unit: ''},
    fraction: {column: FRACTION, word: 'fraction', label: 'fraction (share of the weights that is verified)', short: 'fraction verified', unit: ''},
    time_s: {column: TIME, word: 'time', label: 'programming time', unit: 's'},
    energy_J: {column: ENERGY, word: 'energy', label: 'programming energy', unit: 'J'},
  };
  const MANY_CURVES = 12, MANY_POINTS = COLOURS.length;
  const GREEK_MU = '\u00b5', NO_BREAK = '\u00a0', PLUS_MINUS = '\u00b1';

  const frame = document.getElementById('plot-frame'), panel = document.getElementById('plot-panel');
  const place = document.getElementById('plot'), tip = document.getElementById('plot-tip'), hint = document.getElementById('plot-hint');
  const fingers = window.matchMedia('(pointer: coarse)');
  let plot = null;

  // Flot asks for the wheel by this name, of a plugin that browsers have made needless.
  $.fn.mousewheel = function (handler) {
    return this.off('wheel').on('wheel', (event) => handler(event, -event.originalEvent.deltaY));
  };

  // And for drags by these names, of a plugin that jQuery has outgrown.
  function sendDrags() {
    $(place).on('mousedown', (down) => {
      if (down.button !== 0 || fingers.matches) return;
      const send = (kind, event) => $(plot.getEventHolder()).triggerHandler($.Event(kind, {pageX: event.pageX, pageY: event.pageY, which: 1, button: 0}));
      send('dragstart', down);
      $(document).on('mousemove.drag', (move) => send('drag', move)).one('mouseup', (up) => {
        $(document).off('mousemove.drag');
        send('dragend', up);
      });
    });
  }

  // --- what is shown ---

  function defaults() {
    const leader = Math.max(data.selectors.indexOf('swim'), 0);
    const few = data.curves.length <= MANY_CURVES;
    return {
      x: 'nwc',
      scale: 'linear',
      colour: data.points.length > 1 ? 'point' : 'selector',
      selectors: data.selectors.map((_, i) => few || i === leader),
      points: data.points.map((_, i) => i < MANY_POINTS),
    };
  }

  /** "1,3-5" as a test of numbers. */
  function numbersIn(text) {
    const spans = text.split(',').map((part) => /^(\d+)(?:-(\d+))?$/.exec(part)).filter((span) => span);
    return (number) => spans.some((span) => number >= +span[1] && number <= +(span[2] || span[1]));
  }

  /** The numbers of what is on, as numbersIn reads them. */
  function spansOf(on) {
    const spans = [];
    data.points.forEach((point, i) => {
      if (!on[i]) return;
      const last = spans[spans.length - 1];
      if (i > 0 && on[i - 1] && last && last[1] === point.number - 1) last[1] = point.number;
      else spans.push([point.number, point.number]);
    });
    return spans.map(([first, last]) => (first === last ? first : first + '-' + last)).join(',');
  }

  function readAddress() {
    const state = defaults(), said = new URLSearchParams(location.hash.slice(1));
    if (Object.prototype.hasOwnProperty.call(AXES, said.get('x') || '')) state.x = said.get('x');
    if (['linear', 'log'].includes(said.get('scale'))) state.scale = said.get('scale');
    if (['point', 'selector'].includes(said.get('colour'))) state.colour = said.get('colour');
    if (said.has('off')) {
      const off = said.get('off').split(',');
      state.selectors = data.selectors.map((name) => !off.includes(name));
    }
    if (said.has('points')) {
      const shown = numbersIn(said.get('points'));
      state.points = data.points.map((point) => shown(point.number));
    }
    return state;
  }

  function writeAddress() {
    const off = data.selectors.filter((_, i) => !state.selectors[i]).map(encodeURIComponent).join(',');
    const text = `#x=${state.x}&scale=${state.scale}&colour=${state.colour}&off=${off}&points=${spansOf(state.points)}`;
    if (location.hash !== text) location.replace(text);
  }

  // --- numbers as a reader wants them ---

  function prefixOf(value) {
    if (!(value > 0)) return {factor: 1, symbol: ''};
    const power = Math.min(Math.max(Math.floor((Math.floor(Math.log10(value) + 1e-9)) / 3), -6), 4);
    return {factor: Math.pow(10, 3 * power), symbol: ['a', 'f', 'p', 'n', GREEK_MU, 'm', '', 'k', 'M', 'G', 'T'][power + 6]};
  }

  const plain = (value, digits) => String(Number(value.toPrecision(digits)));

  function withUnit(value, unit) {
    const prefix = prefixOf(value);
    return plain(value / prefix.factor, 3) + NO_BREAK + prefix.symbol + unit;
  }

  function accuracyText(row) {
    const mean = (100 * row[MEAN]).toFixed(2) + NO_BREAK + '%';
    if (row[TRIALS] < 2) return mean + ' (one trial)';
    return (100 * row[MEAN]).toFixed(2) + NO_BREAK + PLUS_MINUS + NO_BREAK + (50 * (row[HIGH] - row[LOW])).toFixed(2) + NO_BREAK + '%';
  }

  function tipText(curve, row, others) {
    const chosen = row[PRICE] === null ? 'fraction ' + plain(row[FRACTION], 6) : data.price_words[curve.selector] + ' ' + plain(row[PRICE], 6);
    const lines = [
      data.points[curve.point].name,
      data.selectors[curve.selector] + ', ' + chosen,
      'accuracy ' + accuracyText(row),
      'NWC ' + plain(row[NWC], 4),
      'time ' + withUnit(row[TIME], 's'),
      'energy ' + withUnit(row[ENERGY], 'J'),
      row[TRIALS] + (row[TRIALS] === 1 ? ' trial' : ' trials'),
    ];
    if (others > 0) lines.push('and ' + others + ' more here');
    return lines.join('\n');
  }

  // --- drawing ---

  const colourOf = (curve) => COLOURS[(state.colour === 'point' ? curve.point : curve.selector) % COLOURS.length];
  const symbolOf = (curve) => SYMBOLS[(state.colour === 'point' ? curve.selector : curve.point) % SYMBOLS.length];
  const clamp = (share) => Math.min(Math.max(share, 0), 1);

  function seriesOf(curve, axis, factor) {
    const rows = curve.rows.filter((row) => Number.isFinite(row[axis.column]) && (state.scale === 'linear' || row[axis.column] > 0));
    rows.sort((a, b) => a[axis.column] - b[axis.column]);
    return {
      curve: curve,
      rows: rows,
      color: colourOf(curve),
      data: rows.map((row) => [row[axis.column] / factor, 100 * row[MEAN], 100 * (row[MEAN] - clamp(row[LOW])), 100 * (clamp(row[HIGH]) - row[MEAN])]),
      points: {symbol: symbolOf(curve), fillColor: colourOf(curve)},
    };
  }

  function rangeOf(series, low, high, pad) {
    let least = Infinity, most = -Infinity;
    for (const one of series) {
      for (const datum of one.data) {
        least = Math.min(least, low(datum));
        most = Math.max(most, high(datum));
      }
    }
    if (least > most) return [0, 1];
    const margin = pad * (most - least || Math.abs(most) || 1);
    return [least - margin, most + margin];
  }

  function xRange(series) {
    if (state.scale === 'linear') return [0, rangeOf(series, (d) => d[0], (d) => d[0], 0.03)[1]];
    const logs = rangeOf(series, (d) => Math.log10(d[0]), (d) => Math.log10(d[0]), 0.04);
    return [Math.pow(10, logs[0]), Math.pow(10, logs[1])];
  }

  function yRange(series) {
    const range = rangeOf(series, (d) => d[1] - d[2], (d) => d[1] + d[3], 0.04);
    return [Math.max(range[0], 0), Math.min(range[1], 100.5)];
  }

  function draw() {
    const axis = AXES[state.x];
    const curves = data.curves.filter((curve) => state.selectors[curve.selector] && state.points[curve.point]);
    let largest = 0;
    for (const curve of curves) for (const row of curve.rows) largest = Math.max(largest, row[axis.column] || 0);
    const prefix = axis.unit ? prefixOf(largest) : {factor: 1, symbol: ''};
    const series = curves.map((curve) => seriesOf(curve, axis, prefix.factor)).filter((one) => one.data.length > 0);
    const x = xRange(series), y = yRange(series);
    const narrow = place.clientWidth < 500, words = (narrow && axis.short) || axis.label;
    const label = axis.unit ? `${words} (${prefix.symbol}${axis.unit})` : words;
    hideTip();
    plot = $.plot(place, series, {
      series: {
        lines: {show: true, lineWidth: 2},
        points: {show: true, radius: 4, lineWidth: 1.5, fill: true, errorbars: 'y',
                 yerr: {show: true, asymmetric: true, upperCap: '-', lowerCap: '-'}},
        shadowSize: 0,
      },
      xaxis: {autoScale: 'none', min: x[0], max: x[1], mode: state.scale === 'log' ? 'log' : undefined, axisLabel: label,
              tickFormatter: (value) => plain(value, 4), ticks: narrow ? 5 : undefined},
      yaxis: {autoScale: 'none', min: y[0], max: y[1], axisLabel: 'accuracy (%)', tickFormatter: (value) => plain(value, 6)},
      axisLabels: {show: true},
      legend: {show: false},
      grid: {hoverable: true, clickable: true, autoHighlight: true, mouseActiveRadius: 24, borderWidth: 1, borderColor: '#999', color: '#444'},
      zoom: {interactive: true, enableTouch: true},
      pan: {interactive: fingers.matches, enableTouch: true, mode: 'manual'},
      selection: {mode: fingers.matches ? null : 'xy', color: '#0072B2', minSize: 8},
      recenter: {interactive: true},
    });
    place.setAttribute('aria-label', `accuracy in per cent against ${label}, ${series.length} curves; the tables below hold the same figures`);
    place.dataset.series = series.length;
    place.dataset.x = state.x;
    place.dataset.scale = state.scale;
    const skipped = state.scale === 'log' && curves.some((curve) => curve.rows.some((row) => !(row[axis.column] > 0)));
    hint.textContent = (fingers.matches ? 'Tap a marker for its figures. After a tap a finger moves the plot and two zoom; a double tap shows everything again.'
      : 'Point at a marker for its figures. Drag a box to see it large; after a click the wheel zooms; a double click shows everything again.') +
      ' Bars are the 95\u00a0% interval of the mean.' + (skipped ? ' What lies at 0 has no place on a log axis.' : '');
  }

  /** The axes show what the ranges say; recentring forgets it. */
  function zoomTo(ranges) {
    const axes = plot.getAxes();
    for (const name of ['xaxis', 'yaxis']) {
      const options = axes[name].options;
      options.offset = {below: ranges[name].from - options.min, above: ranges[name].to - options.max};
    }
    plot.clearSelection(true);
    plot.setupGrid(true);
    plot.draw();
    hideTip();
  }

  // --- pointing ---

  function hideTip() { tip.hidden = true; }

  function showTip(item, items) {
    const rows = item.series.rows;
    const spot = (one) => ({pageX: one.series.xaxis.p2c(one.datapoint[0]), pageY: one.series.yaxis.p2c(one.datapoint[1])});
    const here = spot(item);
    const others = items.map(spot).filter((one) => Math.abs(one.pageX - here.pageX) + Math.abs(one.pageY - here.pageY) < 2).length - 1;
    tip.textContent = tipText(item.series.curve, rows[item.dataIndex], others);
    tip.hidden = false;
    const offset = plot.getPlotOffset(), left = offset.left + here.pageX, top = offset.top + here.pageY;
    const beside = left + 14 + tip.offsetWidth <= frame.clientWidth ? left + 14 : left - 14 - tip.offsetWidth;
    tip.style.left = Math.max(0, Math.min(beside, frame.clientWidth - tip.offsetWidth)) + 'px';
    tip.style.top = Math.max(0, top - tip.offsetHeight - 12) + 'px';
  }

  // --- the switches ---

  function keyOf(colour, symbol) {
    const canvas = document.createElement('canvas'), sharp = window.devicePixelRatio || 1;
    canvas.className = 'key';
    canvas.width = 30 * sharp;
    canvas.height = 14 * sharp;
    const context = canvas.getContext('2d');
    context.scale(sharp, sharp);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(1, 7);
    context.lineTo(29, 7);
    context.stroke();
    context.beginPath();
    if (symbol === 'circle') context.arc(15, 7, 4, 0, 2 * Math.PI);
    else plot.drawSymbol[symbol](context, 15, 7, 4, false);
    context.closePath();
    context.fill();
    context.stroke();
    return canvas;
  }

  function element(name, text, into) {
    const made = document.createElement(name);
    made.textContent = text;
    into.appendChild(made);
    return made;
  }

  function group(title) {
    const set = element('fieldset', '', panel);
    element('legend', title, set);
    return set;
  }

  function choice(into, type, name, value, text, checked, change) {
    const label = element('label', '', into), input = document.createElement('input');
    Object.assign(input, {type: type, name: name, value: value, checked: checked});
    input.addEventListener('change', () => change(input.checked));
    label.append(input, ' ' + text);
    return label;
  }

  function button(into, text, click) {
    const made = element('button', text, into);
    made.type = 'button';
    made.addEventListener('click', click);
  }

  function changed() {
    writeAddress();
    draw();
    drawPanel();
  }

  function switches(title, name, texts, on, keyed) {
    const set = group(title), many = texts.length > MANY_CURVES;
    if (texts.length > 2) {
      button(set, 'all', () => { on.fill(true); changed(); });
      button(set, 'none', () => { on.fill(false); changed(); });
    }
    let into = set;
    if (many) {
      into = element('div', '', set);
      into.className = 'many';
    }
    texts.forEach((text, i) => {
      const label = choice(into, 'checkbox', name, text.value, text.shown, on[i], (checked) => { on[i] = checked; changed(); });
      label.insertBefore(keyed ? keyOf(COLOURS[i % COLOURS.length], 'circle') : keyOf('#555', SYMBOLS[i % SYMBOLS.length]), label.lastChild);
    });
  }

  function drawPanel() {
    const focus = document.activeElement && document.activeElement.name ? [document.activeElement.name, document.activeElement.value] : null;
    const scrolled = Array.from(panel.querySelectorAll('.many'), (box) => box.scrollTop);
    panel.textContent = '';
    const x = group('x axis');
    for (const word of Object.keys(AXES)) choice(x, 'radio', 'x', word, AXES[word].word, state.x === word, () => { state.x = word; changed(); });
    choice(x, 'checkbox', 'scale', 'log', 'log', state.scale === 'log', (on) => { state.scale = on ? 'log' : 'linear'; changed(); });
    switches('selectors', 'selector', data.selectors.map((name) => ({value: name, shown: name})), state.selectors, state.colour === 'selector');
    switches('points', 'point', data.points.map((point) => ({value: String(point.number), shown: point.name})), state.points,
             state.colour === 'point');
    const colour = group('colour by');
    for (const word of ['point', 'selector'])
      choice(colour, 'radio', 'colour', word, word, state.colour === word, () => { state.colour = word; changed(); });
    const zoom = group('view');
    button(zoom, 'zoom in', () => plot.zoom());
    button(zoom, 'zoom out', () => plot.zoomOut());
    button(zoom, 'whole', () => plot.recenter({}));
    panel.querySelectorAll('.many').forEach((box, i) => { box.scrollTop = scrolled[i] || 0; });
    if (focus) {
      const again = Array.from(panel.querySelectorAll('input')).find((input) => input.name === focus[0] && input.value === focus[1]);
      if (again) again.focus({preventScroll: true});
    }
  }

  // --- start ---

  let state = readAddress();
  document.getElementById('interactive').hidden = false;
  draw();
  drawPanel();
  document.getElementById('static-plots').hidden = true;
  $(place).on('plothover', (event, position, item, items) => (item ? showTip(item, items || [item]) : hideTip()));
  $(place).on('plotzoom plotpan', hideTip);
  sendDrags();
  $(place).on('plotselected', (event, ranges) => zoomTo(ranges));
  document.addEventListener('click', (event) => {  // elsewhere: wheel and finger scroll the page again
    if (!frame.contains(event.target)) plot.getOptions().zoom.active = plot.getOptions().pan.active = false;
  });
  window.addEventListener('hashchange', () => {
    state = readAddress();
    draw();
    drawPanel();
  });
  let width = place.clientWidth;
  window.addEventListener('resize', () => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    draw();
  });
  place.dataset.ready = 'true';
})(jQuery);
