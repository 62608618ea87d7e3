# The decoder: forward, and backward written by hand, so that no autograd graph holds what a step does
# not need. TorchScript; packed by ScriptArchive, whose constants are read as self.NAME.
#
# A batch is documents laid end to end without padding: N tokens in all. runs lists them as pairs (how many
# follow each other with one length, that length); only attention looks at it.
# d = hidden, H = heads, K = key-value heads, G = H / K, s = head size. T is the weights' number format; sums
# that lose most by rounding (norms, the residual's gradient, cross-entropy) are fp32 whatever T is.
#
# w, a block's weights: 0 norm, 1 q, 2 k, 3 v, 4 o, 5 norm, 6 gate, 7 up, 8 down, biases of 9 q, 10 k, 11 v,
#   12 o, norms of each head's 13 q and 14 k; empty where an architecture has none. From 15 on q, k, v, o, gate, up and down once
#   more, as linear takes them: themselves or packed copies.
# a, a block's adapter, four tensors for each of q, k, v, o, gate, up, down: A [rank, in], B [out, rank] in T, and for
#   DoRA the magnitude [out] and W's squared row norms [out] in fp32; empty where there is none.
# g, the gradients of what is trained, laid out as w (full) or a (adapter); they are added to.

# which weight the j-th projection is
def place(self, j: int) -> int:
  return j + 1 if j < 4 else j + 2

# mean squares of rows: (N), fp32; of other formats by way of a weight norm, which needs no fp32 copy of x
def squares(self, x: Tensor) -> Tensor:
  if x.dtype == 6:
    n = torch.linalg_vector_norm(x, 2, [-1])
  else:
    y, norm, = torch._weight_norm_interface(x, torch.ones([x.size(0), 1], dtype=x.dtype, device=x.device), 0)
    n = norm.view([-1])
  return torch.div(torch.mul(n, n), x.size(-1))

# x / sqrt(its mean square v + epsilon), in one pass: a batch norm whose channels are the rows
def normed(self, x: Tensor, v: Tensor) -> Tensor:
  y, mean, deviation, = torch.native_batch_norm(x.unsqueeze(0), None, None, torch.zeros_like(v), v, False, 0.0, self.epsilon)
  return y.squeeze(0)

def norm(self, x: Tensor, v: Tensor, w: Tensor) -> Tensor:
  return torch.mul_(self.normed(x, v), w)

# dx += r * (dh * w - xhat * mean(dh * w * xhat)), with r = 1 / sqrt(v + epsilon) and xhat = x * r: the gradient of a weight norm,
# but for a factor; dx is fp32, dh is used up
def norm_backward(self, dx: Tensor, dh: Tensor, x: Tensor, v: Tensor, w: Tensor, g: List[Tensor], i: int) -> Tensor:
  if self.full:
    g[i].add_(torch.sum(torch.mul(dh, self.normed(x, v)), [0]))
  t = torch.mul_(dh, w)
  n = torch.sqrt(torch.mul(torch.add(v, self.epsilon), x.size(-1))).unsqueeze(1)
  y, gain, = torch._weight_norm_interface_backward(t, x, torch.ones([x.size(0), 1], dtype=x.dtype, device=x.device), n, 0)
  return dx.add_(y, alpha=torch.sqrt(x.size(-1)))

# g += factor * a b, where g may keep more digits than the product
def accumulate(self, g: Tensor, a: Tensor, b: Tensor, factor: float) -> Tensor:
  return g.addmm_(a, b, beta=1, alpha=factor) if g.dtype == a.dtype else g.add_(torch.mm(a, b), alpha=factor)

# the row norms of W + scale * B A, from products no wider than the rank
def row_norms(self, w: Tensor, down: Tensor, up: Tensor, squares: Tensor) -> Tensor:
  a = down.to(6)
  b = up.to(6)
  cross = torch.sum(torch.mul(torch.mm(w.to(6), a.t()), b), [1])
  own = torch.sum(torch.mul(torch.mm(b, torch.mm(a, a.t())), b), [1])
  return torch.sqrt(torch.add(torch.add(squares, cross, alpha=2.0 * self.scale), own, alpha=self.scale * self.scale))

def dropped(self, x: Tensor, keep: Tensor, drop: float) -> Tensor:
  return torch.mul(torch.mul(x, keep), 1.0 / (1.0 - drop))

# y = W x + scale * B A dropped(x) + bias. DoRA: y = W (x - dropped(x)) + m / |W + scale * B A| * z + bias, with
# z = W dropped(x) + scale * B A dropped(x) and the norm taken as a constant. Kept: u = A dropped(x), what was not dropped, z, the norm.
# Where y is not used, only what is kept is computed.
def project(self, j: int, x: Tensor, w: List[Tensor], a: List[Tensor], drop: float, saved: List[Tensor], used: bool = True) -> Tensor:
  weight = w[15 + j]
  down = a[4 * j]
  up = a[4 * j + 1]
  product = used or (self.dora and down.numel() > 0)
  y = self.linear(x, weight) if product else x
  u = down
  keep = down
  z = down
  n = down
  if down.numel() > 0:
    xs = x
    if drop > 0.0:
      keep = torch.ge(torch.rand(x.size(), dtype=6, device=x.device), drop)
      xs = self.dropped(x, keep, drop)
    u = torch.mm(xs, down.t())  # (N, rank)
    if self.dora:
      n = self.row_norms(w[self.place(j)], down, up, a[4 * j + 3])
      yd = self.linear(xs, weight) if drop > 0.0 else y
      z = torch.addmm(yd.to(6), u.to(6), up.t().to(6), beta=1, alpha=self.scale)  # (N, out)
      ys = torch.mul(z, torch.div(a[4 * j + 2], n))
      if drop > 0.0:
        ys = torch.add(ys, torch.sub(y.to(6), yd.to(6)))
      y = ys.to(x.dtype)
    elif used:
      y.addmm_(u, up.t(), beta=1, alpha=self.scale)
  saved.append(u)
  saved.append(keep)
  saved.append(z)
  saved.append(n)
  if j < 4 and w[9 + min(j, 3)].numel() > 0:
    y.add_(w[9 + min(j, 3)])
  return y

# into + dy w; into may be empty
def input_gradient(self, dy: Tensor, w: Tensor, into: Tensor) -> Tensor:
  return self.add_linear_back(into, dy, w) if into.numel() > 0 else self.linear_back(dy, w)

# into, or where it is empty a fresh tensor, plus the gradient of the j-th projection's input.
# s: what the forward pass kept; the j-th projection's four begin at 10 + 4 j
def project_backward(self, j: int, dy: Tensor, x: Tensor, w: List[Tensor], a: List[Tensor], drop: float, s: List[Tensor], g: List[Tensor], into: Tensor) -> Tensor:
  weight = w[self.place(j)]
  if self.full:
    self.accumulate(g[self.place(j)], dy.t(), x, 1.0)
    if j < 4 and g[9 + min(j, 3)].numel() > 0:
      g[9 + min(j, 3)].add_(torch.sum(dy, [0]))
    return self.input_gradient(dy, weight, into)
  if a[4 * j].numel() == 0:
    return self.input_gradient(dy, weight, into)
  down = a[4 * j]
  up = a[4 * j + 1]
  u = s[10 + 4 * j]
  keep = s[11 + 4 * j]
  xs = self.dropped(x, keep, drop) if drop > 0.0 else x
  dz = dy
  if self.dora:
    n = s[13 + 4 * j]
    d = dy.to(6)
    g[4 * j + 2].add_(torch.div(torch.sum(torch.mul(d, s[12 + 4 * j]), [0]), n))
    dz = torch.mul(d, torch.div(a[4 * j + 2], n)).to(x.dtype)
  du = torch.mul_(torch.mm(dz, up), self.scale)  # (N, rank)
  self.accumulate(g[4 * j + 1], dz.t(), u, self.scale)
  self.accumulate(g[4 * j], du.t(), xs, 1.0)
  if drop == 0.0:
    return self.input_gradient(dz, weight, into).addmm_(du, down)
  back = torch.mm(du, down)  # the gradient of dropped(x)
  if self.dora:
    back.addmm_(torch.sub(dz, dy), weight)
  return self.input_gradient(dy, weight, into).add_(self.dropped(back, keep, drop))

# rotates the halves of each head in place: x (N, heads * s), cos and sin (N, s / 2), one row a token
def rotate_(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  half = self.head // 2
  h = x.view([x.size(0), x.size(1) // self.head, self.head])
  c = cos.unsqueeze(1)
  s = sin.unsqueeze(1)
  a = h[:, :, :half]
  b = h[:, :, half:]
  t = torch.mul(a, s)
  torch.mul_(a, c).addcmul_(b, s, value=-1)
  torch.mul_(b, c).add_(t)
  return x

# RMS norm of each head; kept: its input and the mean squares
def head_norm(self, x: Tensor, w: Tensor, saved: List[Tensor]) -> Tensor:
  h = x.view([-1, self.head])
  v = self.squares(h)
  saved.append(x)
  saved.append(v)
  return self.norm(h, v, w).view(x.size())

def head_norm_backward(self, dy: Tensor, x: Tensor, v: Tensor, w: Tensor, g: List[Tensor], i: int) -> Tensor:
  h = x.view([-1, self.head])
  dx = torch.zeros(h.size(), dtype=6, device=x.device)
  self.norm_backward(dx, dy.view([-1, self.head]), h, v, w, g, i)
  return dx.view(x.size()).to(x.dtype)

# Attention goes by blocks of queries, which look at no key behind their last one, nor before the window of their first.
# Queries of the heads that share a key-value head lie one after the other: (rows * K, G * n, s), n = to - at, in a view of q
def queries(self, q: Tensor, columns: int, at: int, to: int) -> Tensor:
  rows = q.size(0) // columns
  g = self.heads // self.kv_heads
  return q.view([rows, columns, self.kv_heads, g, self.head])[:, at:to].permute([0, 2, 3, 1, 4])

def folded(self, q: Tensor, columns: int, at: int, to: int) -> Tensor:
  x = self.queries(q, columns, at, to)
  return x.reshape([x.size(0) * x.size(1), x.size(2) * x.size(3), self.head])

def unfold_into(self, out: Tensor, x: Tensor, columns: int, at: int, to: int) -> Tensor:
  y = self.queries(out, columns, at, to)
  return torch.copy_(y, x.view(y.size()))

def split(self, k: Tensor, columns: int) -> Tensor:
  rows = k.size(0) // columns
  return k.view([rows, columns, self.kv_heads, self.head]).transpose(1, 2).reshape([rows * self.kv_heads, columns, self.head])

def join_into(self, out: Tensor, k: Tensor, columns: int) -> Tensor:
  rows = out.size(0) // columns
  return torch.copy_(out.view([rows, columns, self.kv_heads, self.head]), k.view([rows, self.kv_heads, columns, self.head]).transpose(1, 2))

# the first key that the query at this place sees
def first_key(self, at: int) -> int:
  return max(0, at + 1 - self.window) if self.window > 0 else 0

# q and k of one block
def attention_weights(self, q: Tensor, k: Tensor, mask: Tensor, at: int, to: int) -> Tensor:
  n = to - at
  low = to - k.size(1)
  hides = low if self.window > 0 else at  # no key before it is hidden from any query of the block
  own = mask.size(1) - mask.size(0)  # where the block's own keys begin
  p = torch.bmm(q, k.transpose(1, 2))  # (rows * K, G * n, keys)
  p.view([p.size(0), q.size(1) // n, n, p.size(2)])[:, :, :, hides - low:].add_(mask[:n, own - (at - hides):own + n])
  return torch.softmax(p, -1)

# each document by itself; kept where attention weights are dropped: which were not, block by block
def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, runs: List[int], drop: float, kept: List[Tensor]) -> Tensor:
  out = torch.empty_like(q)
  i = 0
  for n in range(len(runs) // 2):
    columns = runs[2 * n + 1]
    e = i + runs[2 * n] * columns
    ks = self.split(k[i:e], columns)
    vs = self.split(v[i:e], columns)
    at = 0
    while at < columns:
      to = min(at + self.block_rows, columns)
      low = self.first_key(at)
      qf = torch.mul(self.folded(q[i:e], columns, at, to), self.attention_scale)
      p = self.attention_weights(qf, ks[:, low:to], mask, at, to)
      if drop > 0.0:
        keep = torch.ge(torch.rand_like(p), drop)
        kept.append(keep)
        p = torch.mul_(p, keep).mul_(1.0 / (1.0 - drop))
      self.unfold_into(out[i:e], torch.bmm(p, vs[:, low:to]), columns, at, to)
      at = to
    i = e
  return out

def attend_backward(self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, runs: List[int], drop: float, kept: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  dq = torch.empty_like(q)
  dk = torch.empty_like(k)
  dv = torch.empty_like(v)
  i = 0
  b = 0
  for n in range(len(runs) // 2):
    columns = runs[2 * n + 1]
    e = i + runs[2 * n] * columns
    ks = self.split(k[i:e], columns)
    vs = self.split(v[i:e], columns)
    dks = torch.zeros_like(ks)
    dvs = torch.zeros_like(vs)
    at = 0
    while at < columns:
      to = min(at + self.block_rows, columns)
      low = self.first_key(at)
      qf = torch.mul(self.folded(q[i:e], columns, at, to), self.attention_scale)
      p = self.attention_weights(qf, ks[:, low:to], mask, at, to)
      d = self.folded(do[i:e], columns, at, to)
      dp = torch.bmm(d, vs[:, low:to].transpose(1, 2))
      pd = p
      if drop > 0.0:
        dp = torch.mul_(dp, kept[b]).mul_(1.0 / (1.0 - drop))
        pd = self.dropped(p, kept[b], drop)
      ds = torch._softmax_backward_data(dp, p, -1, q.dtype)
      dvs[:, low:to].baddbmm_(pd.transpose(1, 2), d)
      dks[:, low:to].baddbmm_(ds.transpose(1, 2), qf)
      self.unfold_into(dq[i:e], torch.mul_(torch.bmm(ds, ks[:, low:to]), self.attention_scale), columns, at, to)
      at = to
      b = b + 1
    self.join_into(dk[i:e], dks, columns)
    self.join_into(dv[i:e], dvs, columns)
    i = e
  return (dq, dk, dv)

# x (N, d) -> the next x (no such where it is not used), and what the backward pass needs: 0 x, 1 its mean squares, 2 q, 3 k, 4 v, 5 attention's output, 6 the
# middle x, 7 its mean squares, 8 gate, 9 up; from 10 the projections'; from 38 q and k before their norms and the mean squares (four), then attention's
def block(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor], drop: float, attention_drop: float, used: bool = True) -> Tuple[Tensor, List[Tensor]]:
  s = annotate(List[Tensor], [])
  heads = annotate(List[Tensor], [])
  r1 = self.squares(x)
  h = self.norm(x, r1, w[0])
  q = self.project(0, h, w, a, drop, s)  # (N, H * s)
  k = self.project(1, h, w, a, drop, s)  # (N, K * s)
  v = self.project(2, h, w, a, drop, s)
  if w[13].numel() > 0:
    q = self.head_norm(q, w[13], heads)
    k = self.head_norm(k, w[14], heads)
  else:
    heads.extend([r1, r1, r1, r1])
  q = self.rotate_(q, cos, sin)
  k = self.rotate_(k, cos, sin)
  o = self.attend(q, k, v, mask, runs, attention_drop, heads)
  x1 = torch.add_(self.project(3, o, w, a, drop, s), x)
  r2 = self.squares(x1)
  h = self.norm(x1, r2, w[5])
  gate = self.project(4, h, w, a, drop, s)  # (N, intermediate)
  up = self.project(5, h, w, a, drop, s)
  act = torch.mul_(torch.silu(gate), up) if used or a[24].numel() > 0 else gate
  y = self.project(6, act, w, a, drop, s, used)
  if used:
    y.add_(x1)
  saved = [x, r1, q, k, v, o, x1, r2, gate, up]
  saved.extend(s)
  saved.extend(heads)
  return (y, saved)

def block_forward(self, drop: float, attention_drop: float, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor]) -> List[Tensor]:
  r = self.block(x, cos, sin, mask, runs, w, a, drop, attention_drop)
  out = [r[0]]
  out.extend(r[1])
  return out

# only what the backward pass needs, for blocks that are run again there: the last projection's product is spared
def block_again(self, drop: float, attention_drop: float, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor]) -> List[Tensor]:
  return self.block(x, cos, sin, mask, runs, w, a, drop, attention_drop, False)[1]

# the same with nothing kept: for scoring, and for blocks that will be run again
def block_infer(self, drop: float, attention_drop: float, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor]) -> Tensor:
  return self.block(x, cos, sin, mask, runs, w, a, drop, attention_drop)[0]

# dx (N, d) fp32, the gradient of the block's output, becomes that of its input, in place
def block_backward(self, drop: float, attention_drop: float, dx: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor], s: List[Tensor], g: List[Tensor]) -> Tensor:
  x = s[0]
  r1 = s[1]
  o = s[5]
  x1 = s[6]
  r2 = s[7]
  gate = s[8]
  up = s[9]
  act = torch.silu(gate)
  none = w[0][:0]
  da = self.project_backward(6, dx.to(x.dtype), torch.mul(act, up), w, a, drop, s, g, none)
  dup = torch.mul_(act, da)
  dgate = torch.silu_backward(torch.mul_(da, up), gate)
  h = self.norm(x1, r2, w[5])
  dh = self.project_backward(4, dgate, h, w, a, drop, s, g, none)
  dh = self.project_backward(5, dup, h, w, a, drop, s, g, dh)
  self.norm_backward(dx, dh, x1, r2, w[5], g, 5)
  do = self.project_backward(3, dx.to(x.dtype), o, w, a, drop, s, g, none)
  dq, dk, dv, = self.attend_backward(do, s[2], s[3], s[4], mask, runs, attention_drop, s[42:])
  back = torch.neg(sin)
  self.rotate_(dq, cos, back)
  self.rotate_(dk, cos, back)
  if w[13].numel() > 0:
    dq = self.head_norm_backward(dq, s[38], s[39], w[13], g, 13)
    dk = self.head_norm_backward(dk, s[40], s[41], w[14], g, 14)
  h = self.norm(x, r1, w[0])
  dh = self.project_backward(0, dq, h, w, a, drop, s, g, none)
  dh = self.project_backward(1, dk, h, w, a, drop, s, g, dh)
  dh = self.project_backward(2, dv, h, w, a, drop, s, g, dh)
  return self.norm_backward(dx, dh, x, r1, w[0], g, 0)

def embed(self, ids: Tensor, e: Tensor) -> Tensor:
  return torch.embedding(e, ids)  # (N, d)

def embed_backward(self, ids: Tensor, dx: Tensor, g: Tensor) -> Tensor:
  return g.index_add_(0, ids, dx.to(g.dtype))

# Cross-entropy over the labelled rows only, a few at a time, so that a batch's logits never exist at once.
# rows (n) have labels (n); count is the whole batch's number of labels.
# Returns the summed loss / count as a double, and its gradient with respect to x (N, d), fp32.
def head_loss(self, count: int, rows: Tensor, labels: Tensor, x: Tensor, norm: Tensor, e: Tensor, g: List[Tensor]) -> List[Tensor]:
  label = labels.unsqueeze(1)
  xs = torch.index_select(x, 0, rows)  # (n, d)
  r = self.squares(xs)
  h = self.norm(xs, r, norm)
  dh = torch.empty_like(h)
  loss = torch.zeros([1], dtype=7, device=x.device)
  scale = 1.0 / count
  n = rows.size(0)
  # the logits of a chunk in T, and in fp32: one buffer where that is the same
  products = torch.empty([min(self.chunk, n), e.size(0)], dtype=x.dtype, device=x.device)
  numbers = products if x.dtype == 6 else torch.empty(products.size(), dtype=6, device=x.device)
  i = 0
  while i < n:
    j = min(i + self.chunk, n)
    hc = h[i:j]
    lc = label[i:j]
    t = products[:j - i]
    p = numbers[:j - i]
    torch.mm(hc, e.t(), out=t)  # (chunk, vocabulary)
    if x.dtype != 6:
      p.copy_(t)
    most = torch.amax(p, [1], True)
    own = torch.sub(torch.gather(p, 1, lc), most)
    p.sub_(most).exp_()
    z = torch.sum(p, [1], True)
    loss.add_(torch.sum(torch.sub(torch.log(z), own).to(7)))
    at = torch.add(lc, torch.arange(j - i, dtype=4, device=x.device).unsqueeze(1), alpha=e.size(0))
    torch.put_(p, at, torch.sub(torch.exp(own), z))  # from here on z times the gradient
    if x.dtype != 6:
      t.copy_(p)
    share = torch.mul(torch.reciprocal(z), scale)
    torch.mul(self.linear_back(t, e), share, out=dh[i:j])
    if self.full:
      self.accumulate(g[1], t.t(), torch.mul(hc, share).to(x.dtype), 1.0)
    i = j
  dx = torch.zeros(xs.size(), dtype=6, device=x.device)
  self.norm_backward(dx, dh, xs, r, norm, g, 0)
  out = torch.zeros(x.size(), dtype=6, device=x.device)
  out.index_copy_(0, rows, dx)
  return [torch.div(loss, count), out]

# log-likelihoods of targets (m) and whether no token is likelier: (m, 2). rows (n) of x predict them: which (m), rising, says
# which of those rows a target's is; so many rows at once, and bounds how many targets lie before each of those chunks
def head_score(self, at_once: int, rows: Tensor, which: Tensor, bounds: List[int], targets: Tensor, x: Tensor, norm: Tensor, e: Tensor) -> Tensor:
  xs = torch.index_select(x, 0, rows)
  h = self.norm(xs, self.squares(xs), norm)
  out = torch.empty([targets.size(0), 2], dtype=6, device=x.device)
  for c in range(len(bounds) - 1):
    i = c * at_once
    j = min(i + at_once, h.size(0))
    first = bounds[c]
    last = bounds[c + 1]
    row = torch.sub(which[first:last], i)
    logits = self.linear(h[i:j], e).to(6)
    most = torch.amax(logits, [1], True)
    own = torch.index_select(logits.view([-1]), 0, torch.add(targets[first:last], row, alpha=logits.size(1)))
    likeliest = torch.index_select(most.squeeze(1), 0, row)
    z = torch.log(torch.sum(logits.sub_(most).exp_(), [1]))
    out[first:last, 0].copy_(torch.sub(torch.sub(own, likeliest), torch.index_select(z, 0, row)))
    out[first:last, 1].copy_(torch.eq(own, likeliest))
  return out

# logits of chosen rows (n, vocabulary), fp32
def head_logits(self, rows: Tensor, x: Tensor, norm: Tensor, e: Tensor) -> Tensor:
  xs = torch.index_select(x, 0, rows)
  return self.linear(self.norm(xs, self.squares(xs), norm), e).to(6)

# a block up to its attention, and from there on, with nothing kept
def enter(self, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], a: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  s = annotate(List[Tensor], [])
  h = self.norm(x, self.squares(x), w[0])
  q = self.project(0, h, w, a, 0.0, s)
  k = self.project(1, h, w, a, 0.0, s)
  v = self.project(2, h, w, a, 0.0, s)
  if w[13].numel() > 0:
    q = self.head_norm(q, w[13], s)
    k = self.head_norm(k, w[14], s)
  return (self.rotate_(q, cos, sin), self.rotate_(k, cos, sin), v)

def leave(self, x: Tensor, o: Tensor, w: List[Tensor], a: List[Tensor]) -> Tensor:
  s = annotate(List[Tensor], [])
  x1 = torch.add_(self.project(3, o, w, a, 0.0, s), x)
  h = self.norm(x1, self.squares(x1), w[5])
  act = torch.mul_(torch.silu_(self.project(4, h, w, a, 0.0, s)), self.project(5, h, w, a, 0.0, s))
  return torch.add_(self.project(6, act, w, a, 0.0, s), x1)

# (N, K * s) -> (K, N, s)
def by_head(self, k: Tensor) -> Tensor:
  return k.view([k.size(0), self.kv_heads, self.head]).transpose(0, 1)

# blocks of n queries that begin at one position: q (blocks * n, H * s), keys and values (1, K, capacity, s) of which each block sees those
# in places (blocks * their number); -> as q
def attend_cached(self, q: Tensor, at: int, n: int, places: Tensor, mask: Tensor, keys: Tensor, values: Tensor) -> Tensor:
  g = self.heads // self.kv_heads
  blocks = q.size(0) // n
  shape = [self.kv_heads * blocks, places.size(0) // blocks, self.head]
  k = torch.index_select(keys[0], 1, places).view(shape)
  qs = q.view([blocks, n, self.kv_heads, g, self.head]).permute([2, 0, 3, 1, 4]).reshape([shape[0], g * n, self.head])
  p = self.attention_weights(qs, k, mask, at, at + n)
  v = torch.index_select(values[0], 1, places).view(shape)
  o = torch.bmm(p, v).view([self.kv_heads, blocks, g, n, self.head])
  return o.permute([1, 3, 0, 2, 4]).reshape(q.size())

# A pass over segments of texts (QueryBlocks): its keys and values go into the caches (1, K, capacity, s) behind those of the trunk.
# shapes: each group's first position and number of queries; queries, places: rows of x and of the caches; back (N): each row's query
def block_read(self, x: Tensor, trunk: int, cos: Tensor, sin: Tensor, mask: Tensor, shapes: List[int], queries: List[Tensor], places: List[Tensor], back: Tensor, w: List[Tensor], a: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
  q, k, v, = self.enter(x, cos, sin, w, a)
  e = trunk + x.size(0)
  torch.copy_(keys[0, :, trunk:e], self.by_head(k))
  torch.copy_(values[0, :, trunk:e], self.by_head(v))
  q = torch.mul_(q, self.attention_scale)
  o = annotate(List[Tensor], [])
  for i in range(len(queries)):
    o.append(self.attend_cached(torch.index_select(q, 0, queries[i]), shapes[2 * i], shapes[2 * i + 1], places[i], mask, keys, values))
  return self.leave(x, torch.index_select(torch.cat(o), 0, back), w, a)

# One token a row, at its place among the row's own cached keys and values (rows or more, K, capacity, s), of which mask (rows, 1, 1, seen)
# hides what lies behind it. Rows of a group look at its trunk (K, tokens, s) besides; at: their positions in the whole text.
def block_decode(self, x: Tensor, place: Tensor, at: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, groups: List[Tensor], trunk_keys: List[Tensor], trunk_values: List[Tensor], w: List[Tensor], a: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
  rows = x.size(0)
  g = self.heads // self.kv_heads
  q, k, v, = self.enter(x, cos, sin, w, a)
  index = place.view([rows, 1, 1, 1]).expand([rows, self.kv_heads, 1, self.head])
  ks = keys[:rows, :, :mask.size(3)]
  vs = values[:rows, :, :mask.size(3)]
  ks.scatter_(2, index, k.view([rows, self.kv_heads, 1, self.head]))
  vs.scatter_(2, index, v.view([rows, self.kv_heads, 1, self.head]))
  qs = torch.mul_(q, self.attention_scale).view([rows, self.kv_heads, g, self.head])
  p = torch.add(torch.matmul(qs, ks.transpose(2, 3)).to(6), mask)  # (rows, K, G, seen)
  o = torch.matmul(torch.softmax(p, -1).to(x.dtype), vs)
  if len(groups) > 0:
    o = o.to(6)
    mass = torch.logsumexp(p, [3], True)
    for i in range(len(groups)):
      self.join_trunk_(o, mass, qs, groups[i], at, trunk_keys[i], trunk_values[i])
    o = o.to(x.dtype)
  return self.leave(x, o.reshape([rows, self.heads * self.head]), w, a)

# o of a group's rows becomes the mean of itself and of what the trunk says, weighted with the mass that each has in the softmax over both
def join_trunk_(self, o: Tensor, mass: Tensor, qs: Tensor, group: Tensor, at: Tensor, keys: Tensor, values: Tensor) -> Tensor:
  m = group.size(0)
  g = self.heads // self.kv_heads
  q = torch.index_select(qs, 0, group).transpose(0, 1).reshape([self.kv_heads, m * g, self.head])
  p = torch.bmm(q, keys.transpose(1, 2)).to(6)  # (K, m * G, tokens)
  if self.window > 0:
    j = torch.arange(keys.size(1), dtype=4, device=at.device).unsqueeze(0)
    hides = torch.mul(self.hidden(torch.index_select(at, 0, group).unsqueeze(1), j).to(6), -3.0e+38)
    p.view([self.kv_heads, m, g, keys.size(1)]).add_(hides.view([1, m, 1, keys.size(1)]))
  here = torch.bmm(torch.softmax(p, -1).to(values.dtype), values).view([self.kv_heads, m, g, self.head]).transpose(0, 1)
  share = torch.sigmoid(torch.sub(torch.logsumexp(p, [2]).view([self.kv_heads, m, g, 1]).transpose(0, 1), torch.index_select(mass, 0, group)))
  return o.index_copy_(0, group, torch.lerp(torch.index_select(o, 0, group), here.to(6), share))

# rows of caches (1, K, capacity, s): (K, rows, s) each
def taken(self, caches: List[Tensor], rows: Tensor) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for i in range(len(caches)):
    out.append(torch.index_select(caches[i][0], 1, rows))
  return out

# one row (1, d), in memory of its own
def row(self, x: Tensor, i: int) -> Tensor:
  return torch.clone(x[i:i + 1])

# writes texts' keys and values (K, tokens, s) to the beginning of a row of caches (rows, K, capacity, s)
def put_in(self, caches: List[Tensor], row: int, texts: List[Tensor]) -> Tensor:
  for i in range(len(caches)):
    torch.copy_(caches[i][row, :, :texts[i].size(1)], texts[i])
  return caches[0]

# the first places of a row of caches become those of another
def moved(self, caches: List[Tensor], source: int, target: int, length: int) -> Tensor:
  for i in range(len(caches)):
    torch.copy_(caches[i][target, :, :length], caches[i][source, :, :length])
  return caches[0]

def grown(self, cache: Tensor, capacity: int) -> Tensor:
  out = torch.zeros([cache.size(0), cache.size(1), capacity, cache.size(3)], dtype=cache.dtype, device=cache.device)
  torch.copy_(out[:, :, :cache.size(2)], cache)
  return out

def stacked(self, rows: List[Tensor]) -> Tensor:
  return torch.cat(rows)

# the first token at which so much of the mass is passed; mass (n, tokens) is summed up, draws (n) lie in [0, 1)
def drawn(self, mass: Tensor, whole: Tensor, draws: Tensor) -> Tensor:
  return torch.searchsorted(mass, torch.mul(draws.unsqueeze(1), whole), out_int32=False, right=True)

# One token a row by its draw. Of the likeliest top_k (0: all) those count before which less than top_p of their mass lies; no more
# of the vocabulary is sorted than that takes.
def sample(self, logits: Tensor, temperature: float, top_k: int, top_p: float, draws: Tensor) -> Tensor:
  l = torch.div(logits, temperature)
  vocabulary = l.size(1)
  if top_k == 0 and top_p >= 1.0:
    every = torch.cumsum(torch.exp(torch.sub(l, torch.amax(l, [1], True))), 1, dtype=7)
    return self.drawn(every, every[:, vocabulary - 1:], draws).squeeze(1)
  width = min(top_k if top_k > 0 else 64, vocabulary)
  v, ids, = torch.topk(l, width, -1, True, True)
  most = v[:, :1]
  p = torch.exp(torch.sub(v, most)).to(7)
  whole = torch.sum(p, [1], True)
  if top_k == 0:
    whole = torch.sum(torch.exp(torch.sub(l, most)), [1], True, dtype=7)
    while width < vocabulary and bool(torch.any(torch.lt(torch.sum(p, [1], True), torch.mul(whole, top_p)))):
      width = min(width * 8, vocabulary)
      v, ids, = torch.topk(l, width, -1, True, True)
      p = torch.exp(torch.sub(v, most)).to(7)
  mass = torch.cumsum(p, 1)
  counts = torch.lt(torch.sub(mass, p), torch.mul(whole, top_p))
  kept = torch.amax(torch.mul(mass, counts.to(7)), [1], True)
  return torch.gather(ids, 1, self.drawn(mass, kept, draws)).squeeze(1)

# whether key j is hidden from query i, in a causal window of self.window tokens (0: of any length)
def hidden(self, i: Tensor, j: Tensor) -> Tensor:
  later = torch.gt(j, i)
  return torch.logical_or(later, torch.ge(torch.sub(i, j), self.window)) if self.window > 0 else later

# One block's mask for documents of at most so many tokens, in the number format of like: 0 where a query may look, else the lowest
# number. Its last columns are the block's own keys, those before them the window's.
def causal_mask(self, longest: int, like: Tensor) -> Tensor:
  back = min(self.window - 1, longest) if self.window > 0 else 0
  i = torch.arange(min(longest, self.block_rows), dtype=4, device=like.device)
  j = torch.arange(torch.neg(back), i.size(0), dtype=4, device=like.device)
  return torch.mul(self.hidden(i.unsqueeze(1), j.unsqueeze(0)).to(6), -3.0e+38).to(like.dtype)

# mask (rows, 1, 1, capacity) for rows whose newest token lies at position at
def cache_mask(self, at: Tensor, capacity: int, like: Tensor) -> Tensor:
  j = torch.arange(capacity, dtype=4, device=at.device).unsqueeze(0)
  return torch.mul(self.hidden(at.unsqueeze(1), j).to(6), -3.0e+38).view([at.size(0), 1, 1, capacity]).to(like.dtype)

# cosines and sines of each token's position from tables (positions, s / 2), in the number format of like
def rotary(self, cos: Tensor, sin: Tensor, at: Tensor, like: Tensor) -> List[Tensor]:
  return [torch.index_select(cos, 0, at).to(like.dtype), torch.index_select(sin, 0, at).to(like.dtype)]

def zero_keys(self, rows: int, capacity: int, like: Tensor) -> Tensor:
  return torch.zeros([rows, self.kv_heads, capacity, self.head], dtype=like.dtype, device=like.device)

# adds amounts to logits (rows, vocabulary) at places counted through all rows
def penalised(self, logits: Tensor, places: Tensor, amounts: Tensor) -> Tensor:
  every = torch.index_add(torch.reshape(logits, [-1]), 0, places, amounts.to(logits.dtype))
  return torch.reshape(every, [logits.size(0), logits.size(1)])

def greedy(self, logits: Tensor) -> Tensor:
  return torch.argmax(logits, -1)

# of tokens after the first rows of logits (rows or more, vocabulary): the log-probability of each, the ids of as many of the likeliest,
# and theirs; (rows, 1 + 2 * likeliest), fp32
def chances(self, logits: Tensor, tokens: Tensor, likeliest: int) -> Tensor:
  l = logits[:tokens.size(0)].to(6)
  logs = torch.sub(l, torch.logsumexp(l, [1], True))
  v, ids, = torch.topk(logs, likeliest, -1, True, True)
  return torch.cat([torch.gather(logs, 1, tokens.unsqueeze(1)), ids.to(6), v], 1)
