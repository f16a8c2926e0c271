'use strict';
(() => {
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const report = read('report');
  const details = read('details');
  const against = details.measure === 'divergence';
  const page = d3.select('#page');
  const tip = d3.select('#tip');

  // How numbers look.
  const missing = '–';
  const real = x => typeof x === 'number' && Number.isFinite(x);
  const number = (x, digits = 3) => real(x) ? Number(x.toPrecision(digits)).toString() : missing;
  const small = x => {
    if (!real(x)) return missing;
    if (x === 0) return '0';
    if (Math.abs(x) >= 1e-4) return number(x, 3);
    return d3.format('.1e')(x).replace('e-', '\u00d710^-').replace(/\^-(\d+)/, (_, n) => '\u207b' + superscript(n));
  };
  const superscript = n => String(n).replace(/\d/g, d => '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'[d]);
  const signed = x => (real(x) && x > 0 ? '+' : '') + small(x).replace('-', '\u2212');
  const percent = (x, digits = 2) => real(x) ? (100 * x).toFixed(digits) + '\u2009%' : missing;
  const whole = x => real(x) ? d3.format(',')(x).replace(/,/g, '\u2009') : missing;
  const size = bytes => {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let unit = 0;
    while (bytes >= 999.5 && unit < 4) { bytes /= 1000; unit++; }
    return number(bytes, 3) + '\u2009' + units[unit];
  };
  const power = x => {
    const exponent = Math.round(Math.log10(x));
    if (Math.abs(Math.log10(x) - exponent) > 1e-6) return '';
    return exponent >= -3 && exponent <= 3 ? String(Number(x.toPrecision(1))) : '10' + (exponent < 0 ? '\u207b' : '') + superscript(Math.abs(exponent));
  };

  // What a chart needs.
  const LEFT = 60;
  const followPointer = event => {
    const box = tip.node().getBoundingClientRect();
    tip.style('left', Math.max(8, Math.min(innerWidth - box.width - 8, event.clientX + 14)) + 'px')
      .style('top', (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18) + 'px');
  };
  const tipped = (selection, text) => selection
    .on('pointerenter', (event, d) => { tip.attr('hidden', null).text(text(d, event)); followPointer(event); })
    .on('pointermove', (event, d) => { tip.text(text(d, event)); followPointer(event); })
    .on('pointerleave', () => tip.attr('hidden', true));
  const card = (title, note, wide) => {
    const box = cards.append('section').attr('class', 'card' + (wide ? ' wide' : ''));
    box.append('h2').text(title);
    if (note) box.append('p').attr('class', 'note').text(note);
    return box;
  };
  const legend = (box, entries) => box.append('div').attr('class', 'legend').selectAll('span').data(entries).join('span')
    .each(function ([label, color, kind]) {
      const mark = d3.select(this).append('i').attr('class', kind || null);
      mark.style(kind ? 'border-color' : 'background', color);
      d3.select(this).append('span').text(label);
    });
  const chart = (box, name, height, draw) => {
    const holder = box.append('div').node();
    let last = 0;
    const render = () => {
      const width = Math.max(260, holder.clientWidth);
      if (width === last) return;
      last = width;
      holder.replaceChildren();
      const svg = d3.select(holder).append('svg').attr('viewBox', `0 0 ${width} ${height}`).attr('height', height)
        .attr('role', 'img').attr('data-chart', name).attr('aria-label', box.select('h2').text());
      draw(svg, width, height);
    };
    render();
    addEventListener('resize', render);
    return () => { last = 0; render(); };
  };
  const frame = (svg, x, y, width, height, { left = LEFT, bottom = 40, top = 10, right = 12, across, up, xTicks, yTicks, xFormat, yFormat }) => {
    const make = (axis, ticks, format) => {
      if (Array.isArray(ticks)) axis.tickValues(ticks); else if (ticks) axis.ticks(ticks);
      return format ? axis.tickFormat(format) : axis;
    };
    svg.append('g').attr('class', 'grid').attr('transform', `translate(${left},0)`)
      .call(make(d3.axisLeft(y), yTicks, () => '').tickSize(-(width - left - right)));
    svg.append('g').attr('class', 'axis').attr('transform', `translate(0,${height - bottom})`)
      .call(make(d3.axisBottom(x), xTicks, xFormat).tickSizeOuter(0).tickPadding(6));
    svg.append('g').attr('class', 'axis').attr('transform', `translate(${left},0)`)
      .call(make(d3.axisLeft(y), yTicks, yFormat).tickSize(0).tickPadding(7)).call(g => g.select('.domain').remove());
    if (across) svg.append('text').attr('x', (left + width - right) / 2).attr('y', height - 3).attr('text-anchor', 'middle').text(across);
    if (up) svg.append('text').attr('transform', `translate(11,${(top + height - bottom) / 2}) rotate(-90)`).attr('text-anchor', 'middle').text(up);
  };
  const decades = ([low, high]) => d3.range(Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9) + 1).map(e => 10 ** e);
  const heat = share => `color-mix(in oklab, var(--heat-high) ${(100 * Math.max(0, Math.min(1, share))).toFixed(1)}%, var(--heat-low))`;

  // The head: what it is and whether it may be published.
  const head = page.append('div').attr('class', 'head');
  const naming = head.append('div');
  naming.append('h1').text(report.candidate.name);
  naming.append('p').attr('class', 'lead').text(
    (report.source ? `Held against ${report.source.name} at ` : 'Measured at ') +
    `${whole(report.positions)} positions of ${report.text.name}, in ${whole(report.chunks)} pieces of ${whole(report.context)} tokens.`);
  if (report.verdict.gates.length) {
    head.append('div').attr('class', 'verdict ' + (report.verdict.passed ? 'passed' : 'missed'))
      .text(report.verdict.passed ? '\u2713 passed every gate' : '\u2717 missed a gate');
  }

  // The figures.
  const figures = page.append('div').attr('class', 'figures');
  const figure = (name, value, unit, more, share) => {
    const box = figures.append('div').attr('class', 'figure');
    box.append('div').attr('class', 'name').text(name);
    const line = box.append('div').attr('class', 'value').text(value);
    if (unit) line.append('small').text('\u2009' + unit);
    if (real(share)) box.append('div').attr('class', 'bar').append('span').style('width', 100 * Math.min(1, share) + '%');
    box.append('div').attr('class', 'more').text(more);
  };
  const [amount, unit] = size(report.candidate.bytes).split('\u2009');
  const left = report.source ? report.candidate.bytes / report.source.bytes : undefined;
  figure('Size', amount, unit, report.source ? `${percent(left, 1)} of ${size(report.source.bytes)}` : `${whole(report.candidate.weights)} weights`, left);
  figure('Bits per weight', number(report.candidate.bits_per_weight), '', report.source ? `source ${number(report.source.bits_per_weight)}` : '',
    report.source ? report.candidate.bits_per_weight / report.source.bits_per_weight : undefined);
  if (against) {
    figure('KL divergence', small(report.kld.mean), 'nats', `\u00b1 ${small(report.kld.error)}, median ${small(report.kld.median)}`);
    figure('Same top token', (100 * report.top1.value).toFixed(2), '%', `\u00b1 ${(100 * report.top1.error).toFixed(2)} points`, report.top1.value);
    figure('Perplexity ratio', real(report.perplexity_ratio.value) ? report.perplexity_ratio.value.toFixed(4) : missing, '',
      `${number(report.perplexity.value, 5)}, source ${number(report.base_perplexity.value, 5)}`);
    if (report.top5) {
      figure('Top five in common', (100 * report.top5.value).toFixed(2), '%', `\u00b1 ${(100 * report.top5.error).toFixed(2)} points`, report.top5.value);
    }
    if (report.entropy_change) {
      figure('Change of entropy', signed(report.entropy_change.value), '', `\u00b1 ${small(report.entropy_change.error)} nats; above zero is less sure`);
    }
  } else {
    figure('Perplexity', number(report.perplexity.value, 5), '', `\u00b1 ${number(report.perplexity.error, 3)}`);
  }
  if (report.speed) {
    figure('Generation', number(report.speed.generate), 'tokens/s', `prefill ${number(report.speed.prefill)} tokens/s`);
  }
  const cards = page.append('div').attr('class', 'cards');
  const lost = against ? 'KL divergence' : 'surprise';
  const positive = x => Math.max(x, 1e-9);

  // How sure the figures are.
  const intervals = report.clustered ? [
    ['mean KL divergence, nats', report.kld.mean, report.kld.error, report.clustered.kld, small],
    ['log of the perplexity ratio', report.log_perplexity_ratio.value, report.log_perplexity_ratio.error, report.clustered.log_perplexity_ratio, signed],
    ['same top token', report.top1.value, report.top1.error, report.clustered.top1, x => percent(x)],
    ['mean change of probability', report.dp.mean, report.dp.error, report.clustered.dp, x => (x > 0 ? '+' : '') + percent(x, 3)],
  ].filter(([, value, error, ends]) => [value, error, ...ends].every(real)) : [];
  if (intervals.length) {
    const { unit, clusters, confidence } = report.clustered;
    const box = card('How sure the figures are', `Scores within a ${unit} hang together, so intervals come from drawing whole ${unit}s (${whole(clusters)} of them). ` +
      'Where one leaves out zero, the change is shown.', true);
    legend(box, [[`${number(100 * confidence)}\u2009% interval by ${unit}`, 'var(--accent)'], ['\u00b1 standard error, as if positions were independent', 'var(--warm)']]);
    const row = 62;
    chart(box, 'intervals', row * intervals.length, (svg, width) => {
      intervals.forEach(([name, value, error, [low, high], text], i) => {
        const ends = [low, high, value - error, value + error];
        const x = d3.scaleLinear(d3.extent(ends), [110, width - 110]);
        const g = svg.append('g').attr('transform', `translate(0,${i * row})`);
        const [from, to] = x.domain();
        g.append('line').attr('x1', 0).attr('x2', width).attr('y1', row - 4).attr('y2', row - 4).attr('stroke', 'var(--line)');
        if (from < 0 && to > 0) {
          g.append('line').attr('x1', x(0)).attr('x2', x(0)).attr('y1', 18).attr('y2', row - 10).attr('stroke', 'var(--ink)').attr('stroke-opacity', 0.5).attr('stroke-dasharray', '4 3');
          g.append('text').attr('x', x(0)).attr('y', row - 8).attr('text-anchor', 'middle').text('0');
        }
        g.append('rect').attr('x', x(low)).attr('width', Math.max(1, x(high) - x(low))).attr('y', 24).attr('height', 8).attr('rx', 4).attr('fill', 'var(--accent)');
        g.append('rect').attr('x', x(value - error)).attr('width', Math.max(1, x(value + error) - x(value - error))).attr('y', 36).attr('height', 4).attr('rx', 2).attr('fill', 'var(--warm)');
        g.append('circle').attr('cx', x(value)).attr('cy', 28).attr('r', 6).attr('fill', 'var(--card)').attr('stroke', 'var(--ink)').attr('stroke-width', 2);
        g.append('text').attr('class', 'strong').attr('x', 0).attr('y', 13).text(`${name}: ${text(value)}`);
        g.append('text').attr('x', x(low) - 8).attr('y', 32).attr('text-anchor', 'end').text(text(low));
        g.append('text').attr('x', x(high) + 8).attr('y', 32).text(text(high));
        tipped(g.append('rect').attr('width', width).attr('height', row - 6).attr('fill', 'transparent').datum(name),
          () => `${name}: ${text(value)}\n${number(100 * confidence)}\u2009% of draws between ${text(low)} and ${text(high)}\nstandard error ${small(error)}`);
      });
    });
  }

  // Divergence or surprise along a piece of the text.
  if (details.bands.length > 1) {
    const bands = details.bands;
    const box = card(against ? 'Loss along the context' : 'Surprise along the context',
      `How ${lost} changes with the number of tokens that the model has read. A rise to the right means that errors add up.`);
    legend(box, [['median', 'var(--accent)', 'rule'], ['mean', 'var(--warm)', 'rule dashed'], ['middle half', 'var(--accent-mid)'], ['10 to 90 %', 'var(--accent-soft)']]);
    chart(box, 'context', 270, (svg, width, height) => {
      const x = d3.scaleLinear([bands[0].from, bands.at(-1).to], [LEFT, width - 12]);
      const y = d3.scaleLog([d3.min(bands, b => positive(b.p10)), d3.max(bands, b => positive(Math.max(b.p90, b.mean)))], [230, 10]).nice().clamp(true);
      frame(svg, x, y, width, height, { across: 'position in the piece', up: 'nats', xTicks: Math.min(8, width / 60), yTicks: decades(y.domain()), yFormat: power });
      const middle = b => x((b.from + b.to) / 2);
      const area = (low, high, fill) => svg.append('path').datum(bands).attr('fill', fill)
        .attr('d', d3.area().curve(d3.curveMonotoneX).x(middle).y0(b => y(positive(b[low]))).y1(b => y(positive(b[high]))));
      const line = (key, color, dash) => svg.append('path').datum(bands).attr('fill', 'none').attr('stroke', color).attr('stroke-width', 2).attr('stroke-dasharray', dash)
        .attr('d', d3.line().curve(d3.curveMonotoneX).x(middle).y(b => y(positive(b[key]))));
      area('p10', 'p90', 'var(--accent-soft)');
      area('p25', 'p75', 'var(--accent-mid)');
      line('p50', 'var(--accent)', null);
      line('mean', 'var(--warm)', '5 3');
      const step = (width - LEFT - 12) / bands.length;
      tipped(svg.append('g').selectAll('rect').data(bands).join('rect').attr('class', 'hit').attr('x', b => middle(b) - step / 2).attr('y', 10).attr('width', step).attr('height', 220),
        b => `positions ${b.from}\u2013${b.to - 1}\nmean ${small(b.mean)}, median ${small(b.p50)}\n10 % ${small(b.p10)}, 90 % ${small(b.p90)}`);
    });
  }

  // The distribution of the divergence or surprise.
  {
    const { decade, low, counts } = details.histogram;
    const first = counts.findIndex(n => n > 0);
    const group = 4;
    const total = d3.sum(counts) + details.histogram.zero;
    const bins = [];
    for (let i = first - first % group; first >= 0 && i < counts.length; i += group) {
      bins.push({ from: 10 ** (low + i / decade), to: 10 ** (low + (i + group) / decade), n: d3.sum(counts.slice(i, i + group)) });
    }
    while (bins.length && bins.at(-1).n === 0) bins.pop();
    let tail = 0;
    const shown = bins.slice(Math.max(0, bins.findIndex(b => (tail += b.n) > total / 200)));
    if (shown.length) {
      const box = card(against ? 'Divergence of single positions' : 'Surprise of single positions',
        `${whole(total)} positions by ${lost} in nats, on a logarithmic axis without the smallest half percent` + (details.histogram.zero ? `; ${whole(details.histogram.zero)} are zero.` : '.'));
      chart(box, 'distribution', 314, (svg, width, height) => {
        const x = d3.scaleLog([shown[0].from, shown.at(-1).to], [LEFT, width - 12]);
        const y = d3.scaleLinear([0, d3.max(shown, b => b.n / total)], [274, 66]).nice();
        frame(svg, x, y, width, height, { across: lost + ', nats', xTicks: decades(x.domain()), xFormat: power, yTicks: 5, yFormat: d3.format('.0%') });
        tipped(svg.append('g').selectAll('rect').data(shown).join('rect').attr('fill', 'var(--accent)').attr('rx', 1.5)
          .attr('x', b => x(b.from) + 0.6).attr('width', b => Math.max(0.5, x(b.to) - x(b.from) - 1.2)).attr('y', b => y(b.n / total)).attr('height', b => y(0) - y(b.n / total)),
          b => `${small(b.from)} to ${small(b.to)} nats\n${whole(b.n)} positions, ${percent(b.n / total)}`);
        const marks = (against ? [['half', report.kld.median], ['90 %', report.kld.p90], ['99 %', report.kld.p99], ['99.9 %', report.kld.p999]] : [])
          .filter(([, v]) => real(v) && v > x.domain()[0] && v < x.domain()[1]);
        const g = svg.append('g').selectAll('g').data(marks).join('g').attr('transform', ([, v]) => `translate(${x(v)},0)`);
        g.append('line').attr('y1', (_, i) => 3 + 15 * (marks.length - 1 - i)).attr('y2', 274).attr('stroke', 'var(--warm)').attr('stroke-dasharray', '3 3');
        g.append('text').attr('class', 'strong').attr('x', -6).attr('y', (_, i) => 12 + 15 * (marks.length - 1 - i)).attr('text-anchor', 'end').text(([name, v]) => `${name} below ${small(v)}`);
      });
    }
  }

  // Pieces of the text.
  if (details.chunks.length > 1) {
    const chunks = details.chunks;
    const worst = new Set([...chunks].sort((a, b) => b.mean - a.mean).slice(0, Math.min(3, Math.ceil(chunks.length / 10))));
    const box = card(against ? 'Loss along the text' : 'Perplexity along the text',
      `Mean ${lost} of each piece of the text, in its order. The worst pieces are marked; the line is the mean of all.`, true);
    chart(box, 'chunks', 240, (svg, width, height) => {
      const x = d3.scaleLinear([0, chunks.length], [LEFT, width - 12]);
      const y = d3.scaleLinear([0, d3.max(chunks, c => c.mean || 0) || 1], [200, 10]).nice();
      frame(svg, x, y, width, height, { across: 'piece', up: 'nats', xTicks: Math.min(chunks.length, 12), yTicks: 5, yFormat: small });
      const gap = x(1) - x(0) > 4 ? 1 : 0;
      tipped(svg.append('g').selectAll('rect').data(chunks).join('rect').attr('fill', c => worst.has(c) ? 'var(--warm)' : 'var(--accent)').attr('rx', gap)
        .attr('x', (_, i) => x(i) + gap / 2).attr('width', Math.max(0.4, x(1) - x(0) - gap)).attr('y', c => y(c.mean || 0)).attr('height', c => y(0) - y(c.mean || 0)),
        c => `piece ${c.index}: mean ${small(c.mean)}, largest ${small(c.max)}\nperplexity ${number(c.perplexity, 4)}` +
          (against ? `, source ${number(c.base_perplexity, 4)}; same top ${percent(c.same_top, 1)}` : '') + (c.begins ? `\n\u201c${c.begins}\u2026\u201d` : ''));
      const mean = d3.sum(chunks, c => c.mean * c.positions) / d3.sum(chunks, c => c.positions);
      if (real(mean)) {
        svg.append('line').attr('x1', LEFT).attr('x2', width - 12).attr('y1', y(mean)).attr('y2', y(mean)).attr('stroke', 'var(--ink)').attr('stroke-dasharray', '4 3').attr('pointer-events', 'none');
      }
    });
  }

  // The change of the probability of the right token.
  if (against && details.shift.counts.length) {
    const { step, counts } = details.shift;
    const box = card('Change of probability of the right token',
      'Candidate less source in points. Symmetric is noise; a heavier left side is knowledge that was lost. Counts are on a logarithmic axis.');
    legend(box, [['lost', 'var(--warm)'], ['won', 'var(--cool)']]);
    chart(box, 'shift', 270, (svg, width, height) => {
      const edge = Math.max(5 * step, d3.max(counts, ([i]) => Math.abs(i + 0.5) * step + step / 2));
      const x = d3.scaleLinear([-edge, edge], [LEFT, width - 12]);
      const y = d3.scaleLog([0.7, d3.max(counts, ([, n]) => n)], [230, 10]).nice();
      frame(svg, x, y, width, height, { across: '\u0394p, percentage points', up: 'positions', xTicks: Math.min(9, width / 60), xFormat: v => number(100 * v), yTicks: decades([1, y.domain()[1]]), yFormat: power });
      tipped(svg.append('g').selectAll('rect').data(counts).join('rect').attr('fill', ([i]) => i < 0 ? 'var(--warm)' : 'var(--cool)')
        .attr('x', ([i]) => x(i * step)).attr('width', Math.max(0.6, x(step) - x(0) - 0.4)).attr('y', ([, n]) => y(n)).attr('height', ([, n]) => y(y.domain()[0]) - y(n)),
        ([i, n]) => `${number(100 * i * step)} to ${number(100 * (i + 1) * step)} points\n${whole(n)} positions`);
      svg.append('line').attr('x1', x(0)).attr('x2', x(0)).attr('y1', 6).attr('y2', 230).attr('stroke', 'var(--ink)').attr('stroke-opacity', 0.5);
    });
  }

  // Both models' probability of the right token.
  if (against && details.joint.cells.length) {
    const { size: cells, cells: joint } = details.joint;
    const box = card('Right token: source and candidate', 'What each model gives the token that follows. On the diagonal nothing changed; a stronger colour means more positions.');
    chart(box, 'joint', 292, (svg, width, height) => {
      const side = 242;
      const from = Math.max(LEFT, (width - side) / 2 - 10);
      const x = d3.scaleLinear([0, 1], [from, from + side]);
      const y = d3.scaleLinear([0, 1], [height - 40, height - 40 - side]);
      frame(svg, x, y, from + side + 12, height, { left: from, across: '', xTicks: 5, xFormat: d3.format('.0%'), yTicks: 5, yFormat: d3.format('.0%') });
      svg.append('text').attr('x', from + side / 2).attr('y', height - 3).attr('text-anchor', 'middle').text('source');
      svg.append('text').attr('transform', `translate(${from - 44},${height - 40 - side / 2}) rotate(-90)`).attr('text-anchor', 'middle').text('candidate');
      const most = Math.log(1 + d3.max(joint, ([, , n]) => n));
      const cell = side / cells;
      tipped(svg.append('g').selectAll('rect').data(joint).join('rect').attr('x', ([i]) => x(i / cells)).attr('y', ([, j]) => y((j + 1) / cells)).attr('width', cell).attr('height', cell)
        .style('fill', ([, , n]) => heat(0.12 + 0.88 * Math.log(1 + n) / most)),
        ([i, j, n]) => `source ${percent(i / cells, 0)} to ${percent((i + 1) / cells, 0)}\ncandidate ${percent(j / cells, 0)} to ${percent((j + 1) / cells, 0)}\n${whole(n)} positions`);
      svg.append('line').attr('x1', x(0)).attr('y1', y(0)).attr('x2', x(1)).attr('y2', y(1)).attr('stroke', 'var(--ink)').attr('stroke-opacity', 0.45).attr('stroke-dasharray', '4 3').attr('pointer-events', 'none');
    });
  }

  // Errors of the weights.
  const tensors = details.tensors.filter(t => real(t.error)).map(t => {
    const parts = /^blk\.(\d+)\.(.+?)(\.weight)?$/.exec(t.name);
    return { ...t, layer: parts ? Number(parts[1]) : undefined, role: parts ? parts[2] : t.name.replace(/\.weight$/, '') };
  });
  if (tensors.length) {
    const roles = [...new Set([...tensors.filter(t => t.layer === undefined), ...tensors.filter(t => t.layer !== undefined)].map(t => t.role))];
    const layers = 1 + (d3.max(tensors, t => t.layer) ?? 0);
    const views = {
      'error': { value: t => t.error, text: t => percent(t.error, 1) },
      'weighted error': { value: t => t.weighted_error, text: t => percent(t.weighted_error, 1) },
      'bits per weight': { value: t => t.bits, text: t => number(t.bits) },
    };
    if (!tensors.some(t => real(t.weighted_error))) delete views['weighted error'];
    let view = 'error';
    const box = card('Where weights were rounded',
      'Every tensor by layer: RMS of the rounding error over RMS of the weights. A column that stands out is a layer, a row a kind of tensor, to give more bits.', true);
    const buttons = box.insert('div', 'h2').attr('class', 'choice').selectAll('button').data(Object.keys(views)).join('button').attr('type', 'button').text(d => d)
      .attr('aria-pressed', d => d === view).on('click', (_, d) => { view = d; buttons.attr('aria-pressed', b => b === view); redraw(); });
    const row = 26;
    const redraw = chart(box, 'tensors', roles.length * row + 44, (svg, width, height) => {
      const { value, text } = views[view];
      const known = tensors.filter(t => real(value(t)));
      const [low, high] = d3.extent(known, value);
      const share = t => high > low ? 0.06 + 0.94 * (value(t) - low) / (high - low) : 0.4;
      const left = 12 + 7.2 * d3.max(roles, r => r.length);
      const x = d3.scaleLinear([0, layers], [left, width - 4]);
      const column = x(1) - x(0);
      svg.append('g').selectAll('text').data(roles).join('text').attr('x', left - 10).attr('y', (_, i) => i * row + 17).attr('text-anchor', 'end').text(r => r);
      const cells = svg.append('g').selectAll('g').data(known).join('g').attr('transform', t => `translate(${t.layer === undefined ? left : x(t.layer)},${roles.indexOf(t.role) * row})`);
      const span = t => (t.layer === undefined ? width - 4 - left : column) - 2;
      cells.append('rect').attr('width', t => Math.max(0.8, span(t))).attr('height', row - 2).attr('rx', column > 10 ? 4 : 1).style('fill', t => heat(share(t)));
      cells.filter(t => span(t) > 44).append('text').attr('class', 'strong').attr('x', t => span(t) / 2).attr('y', 16).attr('text-anchor', 'middle').text(text)
        .attr('pointer-events', 'none');
      tipped(cells, t => `${t.name}\n${t.type}, ${number(t.bits)} bits per weight, ${size(t.bytes)}\nerror ${percent(t.error, 2)}` +
        (real(t.weighted_error) ? `, weighted ${percent(t.weighted_error, 2)}` : '') + (t.dead_blocks ? `\n${whole(t.dead_blocks)} blocks became zero` : ''));
      const ticks = d3.range(0, layers, Math.max(1, Math.ceil(layers / (width / 46))));
      svg.append('g').selectAll('text').data(ticks).join('text').attr('x', i => x(i) + column / 2).attr('y', roles.length * row + 15).attr('text-anchor', 'middle').text(i => i);
      svg.append('text').attr('x', (left + width) / 2).attr('y', height - 4).attr('text-anchor', 'middle').text('layer');
    });
  }

  // Size against quality.
  const candidates = details.candidates.filter(c => real(c.kld) && c.kld > 0);
  if (candidates.length > 1) {
    const box = card('Size and loss', 'Every file of this run: further left is smaller, further down is closer to the source. The line joins those that no other file beats in both.', true);
    chart(box, 'frontier', 320, (svg, width, height) => {
      const pad = d3.max(candidates, c => c.bytes) * 0.06;
      const x = d3.scaleLinear([Math.max(0, d3.min(candidates, c => c.bytes) - pad), d3.max(candidates, c => c.bytes) + pad], [64, width - 20]);
      const y = d3.scaleLog([d3.min(candidates, c => c.kld) / 1.7, d3.max(candidates, c => c.kld) * 1.7], [280, 14]);
      const ticks = decades(y.domain());
      frame(svg, x, y, width, height, { left: 64, across: 'size', up: 'mean KL divergence', xTicks: Math.min(8, width / 110), xFormat: size, yTicks: ticks.length > 1 ? ticks : 5, yFormat: ticks.length > 1 ? power : small });
      let best = Infinity;
      const front = [...candidates].sort((a, b) => a.bytes - b.bytes).filter(c => c.kld < best && ((best = c.kld), true));
      svg.append('path').datum(front).attr('fill', 'none').attr('stroke', 'var(--accent)').attr('stroke-width', 2).attr('d', d3.line().x(c => x(c.bytes)).y(c => y(c.kld)));
      const marks = svg.append('g').selectAll('a').data(candidates).join('a').attr('href', c => c.current ? null : c.page).attr('transform', c => `translate(${x(c.bytes)},${y(c.kld)})`);
      marks.append('circle').attr('r', c => c.current ? 8 : 5.5).attr('fill', c => c.current ? 'var(--warm)' : 'var(--accent)').attr('stroke', 'var(--card)').attr('stroke-width', 2);
      marks.append('text').attr('class', 'strong').attr('y', -13).attr('text-anchor', c => x(c.bytes) > width - 110 ? 'end' : x(c.bytes) < 130 ? 'start' : 'middle').text(c => c.label);
      tipped(marks, c => `${c.name}\n${size(c.bytes)}, ${number(c.bits_per_weight)} bits per weight\nKL divergence ${small(c.kld)} \u00b1 ${small(c.error)}\nsame top token ${percent(c.top1)}`);
    });
  }

  // The worst places of the text.
  if (details.worst.length) {
    const box = card('Worst places', `Where ${lost} is largest: the text before, the token that follows, and what each model expected instead.`, true);
    const item = box.append('ul').attr('class', 'contexts').selectAll('li').data(details.worst).join('li');
    const side = item.append('div');
    side.append('div').attr('class', 'score').text(w => number(w.value));
    side.append('div').attr('class', 'where').text(w => `piece ${w.chunk}, token ${w.position}`);
    const body = item.append('div');
    const words = body.append('div').attr('class', 'words');
    words.append('span').text(w => '\u2026' + w.before.replace(/\s*\n\s*\n\s*/g, '\n'));
    words.append('mark').text(w => w.follower);
    const guesses = body.append('div').attr('class', 'guesses');
    const guess = (label, token, chance, own) => {
      const g = guesses.append('span');
      g.append('span').text(label + ' ');
      g.append('b').text(w => JSON.stringify(w[token]).slice(1, -1));
      g.append('span').text(w => ` ${percent(w[chance], 1)}, right token ${percent(w[own], 1)}`);
    };
    if (against) guess('source expected', 'base_top', 'base_top_chance', 'base_chance');
    guess('candidate expected', 'top', 'top_chance', 'chance');
  }

  // Gates and circumstances.
  const table = (box, rows) => {
    const line = box.append('div').attr('class', 'scroll').append('table').selectAll('tr').data(rows).join('tr');
    line.append('th').text(r => r[0]);
    line.append('td').attr('class', r => r[2] || null).text(r => r[1]);
  };
  if (report.verdict.gates.length) {
    const box = card('Gates', 'What the file has to meet.');
    table(box, report.verdict.gates.map(g => [g.gate, `${real(g.value) ? (g.metric === 'size' ? size(g.value) : small(g.value)) : 'not a number'}: ${g.passed ? 'passed' : 'missed'}`, g.passed ? 'passed' : 'missed']));
  }
  if (report.sanity && report.sanity.findings.length) {
    const box = card('The file itself', 'What is wrong or strange in it, whatever it predicts.');
    table(box, report.sanity.findings.map(f => [f.check, f.problem, f.severity === 'fault' ? 'missed' : null]));
  }
  const circumstances = card('How it was measured');
  table(circumstances, [
    ['text', `${report.text.name}, ${whole(report.text.bytes)} bytes, ${whole(report.text.tokens)} tokens`],
    ['SHA-256 of the text', report.text.sha256],
    ['scored', `${report.text.scored} (${whole(report.chunks)} pieces, at most ${whole(report.context)} tokens), ${whole(report.positions)} positions`],
    ['models computed with', report.arithmetic],
    ...(report.speed ? [['speed', `${report.speed.arithmetic}; ${report.speed.prefill_tokens} tokens read at once, ${report.speed.generated_tokens} made one by one`]] : []),
    ...(report.finite ? [] : [['not finite', `${whole(report.non_finite_positions)} positions`]]),
    ['made by', `${report.tool}, Java ${report.machine.java}, ${report.machine.system} ${report.machine.architecture}, ${report.machine.threads} of ${report.machine.processors} processors`],
  ]);
  page.append('footer').text('Error bars are standard errors over positions taken as independent; neighbouring positions are not, so real uncertainty is somewhat larger. ' +
    'Bands and bars are read off histograms with steps of 6 %; the figures above are exact.');
  document.documentElement.dataset.ready = 'true';
})();
