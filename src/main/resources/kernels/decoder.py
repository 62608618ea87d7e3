# The decoder: forward, and backward written by hand, so that no autograd graph holds what a step does
# not need. TorchScript; packed by ScriptArchive, whose constants are read as self.NAME.
#
# A batch is documents laid end to end without padding: N tokens in all. runs lists them as pairs (how many
# follow each other with one length, that length); only attention looks at it.
# d = hidden, H = heads, K = key-value heads, G = H / K, s = head size. T is the weights' number format; sums
# that lose most by rounding (norms, the residual's gradient, adapters, cross-entropy) are fp32 whatever T is.
#
# w, a block's weights: 0 norm, 1 q, 2 k, 3 v, 4 o, 5 norm, 6 gate, 7 up, 8 down, biases of 9 q, 10 k, 11 v,
#   12 o, norms of each head's 13 q and 14 k; empty where an architecture has none.
# a, a block's adapter, four tensors for each of q, k, v, o, gate, up, down: A [rank, in], B [out, rank], and for
#   DoRA the magnitude [out] and W's squared row norms [out]; empty where there is none.
# g, the gradients of what is trained, laid out as w (full) or a (adapter); they are added to.

# which weight the j-th projection is
def place(self, j: int) -> int:
  return j + 1 if j < 4 else j + 2

def rstd(self, x: Tensor) -> Tensor:
  n = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)  # (N, 1)
  return torch.rsqrt(torch.add(torch.div(torch.mul(n, n), x.size(-1)), self.epsilon))

def norm(self, x: Tensor, r: Tensor, w: Tensor) -> Tensor:
  return torch.mul_(torch.mul(x, r).to(x.dtype), w)

# dx += w * r * (dh - xhat * mean(dh * w * xhat) / w), with xhat = x * r; dx is fp32, dh is used up
def norm_backward(self, dx: Tensor, dh: Tensor, x: Tensor, r: Tensor, w: Tensor, g: List[Tensor], i: int) -> Tensor:
  xhat = torch.mul(x, r)
  t = dh.to(6)
  if self.full:
    g[i].add_(torch.sum(torch.mul(t, xhat), [0]))
  t = torch.mul_(t, w)
  c = torch.mul(torch.sum(torch.mul(t, xhat), [-1], True), torch.div(torch.neg(r), x.size(-1)))  # (N, 1)
  dx.addcmul_(t, r)
  return dx.addcmul_(xhat, c)

# g += a b, where g may keep more digits than the product
def accumulate(self, g: Tensor, a: Tensor, b: Tensor) -> Tensor:
  return g.addmm_(a, b) if g.dtype == a.dtype else g.add_(torch.mm(a, b))

# the row norms of W + scale * B A, from products no wider than the rank
def row_norms(self, w: Tensor, a: Tensor, b: Tensor, squares: Tensor) -> Tensor:
  cross = torch.sum(torch.mul(torch.mm(w.to(6), a.t()), b), [1])
  own = torch.sum(torch.mul(torch.mm(b, torch.mm(a, a.t())), b), [1])
  return torch.sqrt(torch.add(torch.add(squares, cross, alpha=2.0 * self.scale), own, alpha=self.scale * self.scale))

# y = W x + scale * B A dropped(x) + bias. DoRA: y = W (x - dropped(x)) + m / |W + scale * B A| * z + bias, with
# z = W dropped(x) + scale * B A dropped(x) and the norm taken as a constant. Kept: u = A dropped(x), what was not dropped, z, the norm.
def project(self, j: int, x: Tensor, w: List[Tensor], a: List[Tensor], drop: float, saved: List[Tensor]) -> Tensor:
  weight = w[self.place(j)]
  down = a[4 * j]
  up = a[4 * j + 1]
  y = torch.linear(x, weight)
  u = down
  keep = down
  z = down
  n = down
  if down.numel() > 0:
    xs = x.to(6)
    if drop > 0.0:
      keep = torch.ge(torch.rand_like(xs), drop)
      xs = torch.mul(torch.mul(xs, keep), 1.0 / (1.0 - drop))
    u = torch.mm(xs, down.t())  # (N, rank)
    if self.dora:
      n = self.row_norms(weight, down, up, a[4 * j + 3])
      yd = torch.linear(xs.to(x.dtype), weight) if drop > 0.0 else y
      z = torch.addmm(yd.to(6), u, up.t(), beta=1, alpha=self.scale)  # (N, out)
      ys = torch.mul(z, torch.div(a[4 * j + 2], n))
      if drop > 0.0:
        ys = torch.add(ys, torch.sub(y.to(6), yd.to(6)))
      y = ys.to(x.dtype)
    elif x.dtype == 6:
      y.addmm_(u, up.t(), beta=1, alpha=self.scale)
    else:
      y = torch.addmm(y.to(6), u, up.t(), beta=1, alpha=self.scale).to(x.dtype)
  saved.append(u)
  saved.append(keep)
  saved.append(z)
  saved.append(n)
  if j < 4 and w[9 + min(j, 3)].numel() > 0:
    y.add_(w[9 + min(j, 3)])
  return y

# s: what the forward pass kept; the j-th projection's four begin at 10 + 4 j
def project_backward(self, j: int, dy: Tensor, x: Tensor, w: List[Tensor], a: List[Tensor], drop: float, s: List[Tensor], g: List[Tensor]) -> Tensor:
  weight = w[self.place(j)]
  if self.full:
    self.accumulate(g[self.place(j)], dy.t(), x)
    if j < 4 and g[9 + min(j, 3)].numel() > 0:
      g[9 + min(j, 3)].add_(torch.sum(dy, [0]))
    return torch.mm(dy, weight)
  if a[4 * j].numel() == 0:
    return torch.mm(dy, weight)
  down = a[4 * j]
  up = a[4 * j + 1]
  u = s[10 + 4 * j]
  keep = s[11 + 4 * j]
  xs = x.to(6)
  if drop > 0.0:
    xs = torch.mul(torch.mul(xs, keep), 1.0 / (1.0 - drop))
  dz = dy.to(6)
  if self.dora:
    n = s[13 + 4 * j]
    g[4 * j + 2].add_(torch.div(torch.sum(torch.mul(dz, s[12 + 4 * j]), [0]), n))
    dz = torch.mul(dz, torch.div(a[4 * j + 2], n))
  du = torch.mul_(torch.mm(dz, up), self.scale)  # (N, rank)
  g[4 * j + 1].addmm_(dz.t(), u, beta=1, alpha=self.scale)
  g[4 * j].addmm_(du.t(), xs)
  dropped = torch.mm(du, down)  # the gradient of dropped(x), still without W's part
  if self.dora and drop > 0.0:
    dropped = torch.add(dropped, torch.mm(torch.sub(dz, dy.to(6)).to(x.dtype), weight))
  if drop > 0.0:
    dropped = torch.mul(torch.mul(dropped, keep), 1.0 / (1.0 - drop))
  dx = torch.mm(dz.to(x.dtype) if self.dora and drop == 0.0 else dy, weight)
  return dx.add_(dropped)

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

# RMS norm of each head; kept: its input and the factor
def head_norm(self, x: Tensor, w: Tensor, saved: List[Tensor]) -> Tensor:
  h = x.view([-1, self.head])
  r = self.rstd(h)
  saved.append(x)
  saved.append(r)
  return self.norm(h, r, w).view(x.size())

def head_norm_backward(self, dy: Tensor, x: Tensor, r: Tensor, w: Tensor, g: List[Tensor], i: int) -> Tensor:
  h = x.view([-1, self.head])
  dx = torch.zeros(h.size(), dtype=6, device=x.device)
  self.norm_backward(dx, dy.view([-1, self.head]), h, r, w, g, i)
  return dx.view(x.size()).to(x.dtype)

# queries of the heads that share a key-value head lie one after the other: (rows * K, G * columns, s)
def fold(self, q: Tensor, columns: int) -> Tensor:
  rows = q.size(0) // columns
  g = self.heads // self.kv_heads
  return q.view([rows, columns, self.kv_heads, g, self.head]).permute([0, 2, 3, 1, 4]).reshape([rows * self.kv_heads, g * columns, self.head])

def unfold(self, q: Tensor, columns: int) -> Tensor:
  g = self.heads // self.kv_heads
  rows = q.size(0) // self.kv_heads
  return q.view([rows, self.kv_heads, g, columns, self.head]).permute([0, 3, 1, 2, 4]).reshape([rows * columns, self.heads * self.head])

def split(self, k: Tensor, columns: int) -> Tensor:
  rows = k.size(0) // columns
  return k.view([rows, columns, self.kv_heads, self.head]).transpose(1, 2).reshape([rows * self.kv_heads, columns, self.head])

def join(self, k: Tensor, columns: int) -> Tensor:
  rows = k.size(0) // self.kv_heads
  return k.view([rows, self.kv_heads, columns, self.head]).transpose(1, 2).reshape([rows * columns, self.kv_heads * self.head])

# mask (longest, longest): 0 where a query may look, else the lowest number
def attention_weights(self, q: Tensor, k: Tensor, mask: Tensor) -> Tensor:
  columns = k.size(1)
  m = mask[:columns, :columns].repeat([self.heads // self.kv_heads, 1]).unsqueeze(0)
  return torch.softmax(torch.baddbmm(m, q, k.transpose(1, 2), beta=1, alpha=self.attention_scale), -1)

# each document by itself; kept where attention weights are dropped: which were not, run by run
def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, runs: List[int], drop: float, kept: List[Tensor]) -> Tensor:
  out = annotate(List[Tensor], [])
  i = 0
  for n in range(len(runs) // 2):
    columns = runs[2 * n + 1]
    e = i + runs[2 * n] * columns
    p = self.attention_weights(self.fold(q[i:e], columns), self.split(k[i:e], columns), mask)  # (rows * K, G * columns, columns)
    if drop > 0.0:
      keep = torch.ge(torch.rand_like(p), drop)
      kept.append(keep)
      p = torch.mul_(p, keep).mul_(1.0 / (1.0 - drop))
    out.append(self.unfold(torch.bmm(p, self.split(v[i:e], columns)), columns))
    i = e
  return out[0] if len(out) == 1 else torch.cat(out, 0)

def attend_backward(self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, runs: List[int], drop: float, kept: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  dqs = annotate(List[Tensor], [])
  dks = annotate(List[Tensor], [])
  dvs = annotate(List[Tensor], [])
  i = 0
  for n in range(len(runs) // 2):
    columns = runs[2 * n + 1]
    e = i + runs[2 * n] * columns
    qf = self.fold(q[i:e], columns)
    ks = self.split(k[i:e], columns)
    p = self.attention_weights(qf, ks, mask)
    d = self.fold(do[i:e], columns)
    dp = torch.bmm(d, self.split(v[i:e], columns).transpose(1, 2))
    if drop > 0.0:
      dp = torch.mul_(dp, kept[n]).mul_(1.0 / (1.0 - drop))
      dvs.append(self.join(torch.bmm(torch.mul(torch.mul(p, kept[n]), 1.0 / (1.0 - drop)).transpose(1, 2), d), columns))
    else:
      dvs.append(self.join(torch.bmm(p.transpose(1, 2), d), columns))
    ds = torch.mul_(torch._softmax_backward_data(dp, p, -1, q.dtype), self.attention_scale)
    dqs.append(self.unfold(torch.bmm(ds, ks), columns))
    dks.append(self.join(torch.bmm(ds.transpose(1, 2), qf), columns))
    i = e
  if len(dqs) == 1:
    return (dqs[0], dks[0], dvs[0])
  return (torch.cat(dqs, 0), torch.cat(dks, 0), torch.cat(dvs, 0))

# x (N, d) -> the next x, and what the backward pass needs: 0 x, 1 its norm's factor, 2 q, 3 k, 4 v, 5 attention's output, 6 the
# middle x, 7 its norm's factor, 8 gate, 9 up; from 10 the projections'; from 38 q and k before their norms and the factors (four), then attention's
def block(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor], drop: float, attention_drop: float) -> Tuple[Tensor, List[Tensor]]:
  s = annotate(List[Tensor], [])
  heads = annotate(List[Tensor], [])
  r1 = self.rstd(x)
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
  r2 = self.rstd(x1)
  h = self.norm(x1, r2, w[5])
  gate = self.project(4, h, w, a, drop, s)  # (N, intermediate)
  up = self.project(5, h, w, a, drop, s)
  y = torch.add_(self.project(6, torch.mul_(torch.silu(gate), up), w, a, drop, s), x1)
  saved = [x, r1, q, k, v, o, x1, r2, gate, up]
  saved.extend(s)
  saved.extend(heads)
  return (y, saved)

def block_forward(self, drop: float, attention_drop: float, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor]) -> List[Tensor]:
  r = self.block(x, cos, sin, mask, runs, w, a, drop, attention_drop)
  out = [r[0]]
  out.extend(r[1])
  return out

# the same with nothing kept: for scoring, and for blocks that are run again in the backward pass
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
  da = self.project_backward(6, dx.to(x.dtype), torch.mul(act, up), w, a, drop, s, g)
  dup = torch.mul_(act, da)
  dgate = torch.silu_backward(torch.mul_(da, up), gate)
  h = self.norm(x1, r2, w[5])
  dh = self.project_backward(4, dgate, h, w, a, drop, s, g)
  dh.add_(self.project_backward(5, dup, h, w, a, drop, s, g))
  self.norm_backward(dx, dh, x1, r2, w[5], g, 5)
  do = self.project_backward(3, dx.to(x.dtype), o, w, a, drop, s, g)
  dq, dk, dv, = self.attend_backward(do, s[2], s[3], s[4], mask, runs, attention_drop, s[42:])
  back = torch.neg(sin)
  self.rotate_(dq, cos, back)
  self.rotate_(dk, cos, back)
  if w[13].numel() > 0:
    dq = self.head_norm_backward(dq, s[38], s[39], w[13], g, 13)
    dk = self.head_norm_backward(dk, s[40], s[41], w[14], g, 14)
  h = self.norm(x, r1, w[0])
  dh = self.project_backward(0, dq, h, w, a, drop, s, g)
  dh.add_(self.project_backward(1, dk, h, w, a, drop, s, g))
  dh.add_(self.project_backward(2, dv, h, w, a, drop, s, g))
  return self.norm_backward(dx, dh, x, r1, w[0], g, 0)

def embed(self, ids: Tensor, e: Tensor) -> Tensor:
  return torch.embedding(e, ids)  # (N, d)

def embed_backward(self, ids: Tensor, dx: Tensor, g: Tensor) -> Tensor:
  return g.index_add_(0, ids, dx.to(g.dtype))

# Cross-entropy over the labelled rows only, a few at a time, so that a batch's logits never exist at once.
# labels (N), -100 where there is no loss; count is the whole batch's number of labels.
# Returns the summed loss / count as a double, and its gradient with respect to x (N, d), fp32.
def head_loss(self, count: int, x: Tensor, labels: Tensor, norm: Tensor, e: Tensor, g: List[Tensor]) -> List[Tensor]:
  rows = torch.nonzero(torch.ne(labels, -100)).squeeze(1)
  label = torch.index_select(labels, 0, rows).unsqueeze(1)
  xs = torch.index_select(x, 0, rows)  # (n, d)
  r = self.rstd(xs)
  h = self.norm(xs, r, norm)
  dh = torch.empty_like(h)
  loss = torch.zeros([1], dtype=7, device=x.device)
  scale = 1.0 / count
  n = rows.size(0)
  i = 0
  while i < n:
    j = min(i + self.chunk, n)
    hc = h[i:j]
    lc = label[i:j]
    logits = torch.linear(hc, e).to(6)  # (chunk, vocabulary)
    most = torch.amax(logits, [1], True)
    own = torch.sub(torch.gather(logits, 1, lc), most)
    p = logits.sub_(most).exp_()
    z = torch.sum(p, [1], True)
    loss.add_(torch.sum(torch.sub(torch.log(z), own).to(7)))
    p.mul_(torch.mul(torch.reciprocal(z), scale))
    p.scatter_add_(1, lc, torch.full(lc.size(), torch.neg(scale), dtype=6, device=x.device))
    dl = p.to(x.dtype)
    torch.mm(dl, e, out=dh[i:j])
    if self.full:
      self.accumulate(g[1], dl.t(), hc)
    i = j
  dx = torch.zeros(xs.size(), dtype=6, device=x.device)
  self.norm_backward(dx, dh, xs, r, norm, g, 0)
  out = torch.zeros(x.size(), dtype=6, device=x.device)
  out.index_copy_(0, rows, dx)
  return [torch.div(loss, count), out]

# log-likelihood of each chosen row's target, and whether the target is the most likely token: (n, 2)
def head_score(self, rows: Tensor, targets: Tensor, x: Tensor, norm: Tensor, e: Tensor) -> Tensor:
  xs = torch.index_select(x, 0, rows)
  h = self.norm(xs, self.rstd(xs), norm)
  out = torch.empty([rows.size(0), 2], dtype=6, device=x.device)
  n = rows.size(0)
  i = 0
  while i < n:
    j = min(i + self.chunk, n)
    t = targets[i:j]
    logits = torch.linear(h[i:j], e).to(6)
    own = torch.sub(torch.gather(logits, 1, t.unsqueeze(1)).squeeze(1), torch.logsumexp(logits, [1]))
    out[i:j, 0].copy_(own)
    out[i:j, 1].copy_(torch.eq(torch.argmax(logits, 1), t))
    i = j
  return out

# logits of chosen rows (n, vocabulary), fp32
def head_logits(self, rows: Tensor, x: Tensor, norm: Tensor, e: Tensor) -> Tensor:
  xs = torch.index_select(x, 0, rows)
  return torch.linear(self.norm(xs, self.rstd(xs), norm), e).to(6)

# One token a row with cached keys and values (rows, K, capacity, s); at (rows) is each row's position,
# mask (rows, 1, 1, capacity) hides what lies behind it.
def block_decode(self, x: Tensor, at: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, w: List[Tensor], a: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
  rows = x.size(0)
  s = annotate(List[Tensor], [])
  h = self.norm(x, self.rstd(x), w[0])
  q = self.project(0, h, w, a, 0.0, s)
  k = self.project(1, h, w, a, 0.0, s)
  v = self.project(2, h, w, a, 0.0, s)
  if w[13].numel() > 0:
    q = self.head_norm(q, w[13], s)
    k = self.head_norm(k, w[14], s)
  q = self.rotate_(q, cos, sin)
  k = self.rotate_(k, cos, sin)
  place = at.view([rows, 1, 1, 1]).expand([rows, self.kv_heads, 1, self.head])
  keys.scatter_(2, place, k.view([rows, self.kv_heads, 1, self.head]))
  values.scatter_(2, place, v.view([rows, self.kv_heads, 1, self.head]))
  qs = q.view([rows, self.kv_heads, self.heads // self.kv_heads, self.head])
  p = torch.softmax(torch.add(torch.mul(torch.matmul(qs, keys.transpose(2, 3)), self.attention_scale), mask), -1)
  o = torch.matmul(p, values).reshape([rows, self.heads * self.head])
  x1 = torch.add(x, self.project(3, o, w, a, 0.0, s))
  h = self.norm(x1, self.rstd(x1), w[5])
  gate = self.project(4, h, w, a, 0.0, s)
  up = self.project(5, h, w, a, 0.0, s)
  return torch.add(x1, self.project(6, torch.mul(torch.silu(gate), up), w, a, 0.0, s))

# a prompt's block, whose keys and values go into the cache: keys and values (rows, K, capacity, s)
def block_prefill(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, runs: List[int], w: List[Tensor], a: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
  rows = runs[0]
  columns = runs[1]
  y, s, = self.block(x, cos, sin, mask, runs, w, a, 0.0, 0.0)
  torch.copy_(keys[:, :, :columns], s[3].view([rows, columns, self.kv_heads, self.head]).transpose(1, 2))
  torch.copy_(values[:, :, :columns], s[4].view([rows, columns, self.kv_heads, self.head]).transpose(1, 2))
  return y

# whether key j is hidden from query i, in a causal window of self.window tokens (0: of any length)
def hidden(self, i: Tensor, j: Tensor) -> Tensor:
  later = torch.gt(j, i)
  return torch.logical_or(later, torch.ge(torch.sub(i, j), self.window)) if self.window > 0 else later

# (n, n) in the number format of like
def causal_mask(self, n: int, like: Tensor) -> Tensor:
  at = torch.arange(n, dtype=4, device=like.device)
  return torch.mul(self.hidden(at.unsqueeze(1), at.unsqueeze(0)).to(6), -3.0e+38).to(like.dtype)

# mask (rows, 1, 1, capacity) for rows whose newest token lies at position at
def cache_mask(self, at: Tensor, capacity: int, like: Tensor) -> Tensor:
  j = torch.arange(capacity, dtype=4, device=at.device).unsqueeze(0)
  return torch.mul(self.hidden(at.unsqueeze(1), j).to(6), -3.0e+38).view([at.size(0), 1, 1, capacity]).to(like.dtype)

# cosines and sines of each token's position from tables (positions, s / 2), in the number format of like
def rotary(self, cos: Tensor, sin: Tensor, at: Tensor, like: Tensor) -> List[Tensor]:
  return [torch.index_select(cos, 0, at).to(like.dtype), torch.index_select(sin, 0, at).to(like.dtype)]

def zero_keys(self, rows: int, capacity: int, like: Tensor) -> Tensor:
  return torch.zeros([rows, self.kv_heads, capacity, self.head], dtype=like.dtype, device=like.device)

def greedy(self, logits: Tensor) -> Tensor:
  return torch.argmax(logits, -1)
