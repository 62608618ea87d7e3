# The Llama decoder: forward, and backward written by hand, so that no autograd graph holds what a
# step does not need. TorchScript; packed by ScriptArchive, whose constants are read as self.NAME.
#
# N = rows x columns tokens of a batch, d = hidden, H = heads, K = key-value heads, G = H / K, s = head size.
# w, a block's weights: 0 norm, 1 q, 2 k, 3 v, 4 o, 5 norm, 6 gate, 7 up, 8 down.
# a, a block's adapter: A [rank, in] and B [out, rank] of q, k, v, o, gate, up, down; empty where there is none.
# g, the gradients of what is trained, laid out as w (full) or a (LoRA); they are added to.

def rstd(self, x: Tensor) -> Tensor:
  n = torch.linalg_vector_norm(x, 2, [-1], True)  # (N, 1)
  return torch.rsqrt(torch.add(torch.div(torch.mul(n, n), x.size(-1)), self.epsilon))

def norm(self, x: Tensor, r: Tensor, w: Tensor) -> Tensor:
  return torch.mul_(torch.mul(x, r), w)

# dx += w * r * (dh - xhat * mean(dh * w * xhat) / w), with xhat = x * r
def norm_backward(self, dx: Tensor, dh: Tensor, x: Tensor, r: Tensor, w: Tensor, g: List[Tensor], i: int) -> Tensor:
  xhat = torch.mul(x, r)
  if self.full:
    g[i].add_(torch.sum(torch.mul(dh, xhat), [0]))
  t = torch.mul_(dh, w)
  c = torch.mul(torch.sum(torch.mul(t, xhat), [-1], True), torch.div(torch.neg(r), x.size(-1)))  # (N, 1)
  dx.addcmul_(t, r)
  return dx.addcmul_(xhat, c)

# y = x W^T + scale * dropped(x) A^T B^T; u = dropped(x) A^T is kept for the backward pass
def project(self, x: Tensor, w: Tensor, a: Tensor, b: Tensor, drop: float, saved: List[Tensor]) -> Tensor:
  y = torch.linear(x, w)
  u = a
  keep = a
  if a.numel() > 0:
    if drop > 0.0:
      keep = torch.ge(torch.rand_like(x), drop)
      u = torch.mm(torch.mul(torch.mul(x, keep), 1.0 / (1.0 - drop)), a.t())  # (N, rank)
    else:
      u = torch.mm(x, a.t())
    y.addmm_(u, b.t(), beta=1, alpha=self.scale)
  saved.append(u)
  saved.append(keep)
  return y

# saved holds u and keep; j is the projection's place among the seven
def project_backward(self, dy: Tensor, x: Tensor, w: Tensor, a: List[Tensor], j: int, drop: float, u: Tensor, keep: Tensor, g: List[Tensor], k: int) -> Tensor:
  dx = torch.mm(dy, w)
  if self.full:
    g[k].addmm_(dy.t(), x)
  if u.numel() > 0 and not self.full:
    du = torch.mul_(torch.mm(dy, a[2 * j + 1]), self.scale)  # (N, rank)
    g[2 * j + 1].addmm_(dy.t(), u, beta=1, alpha=self.scale)
    if drop > 0.0:
      f = 1.0 / (1.0 - drop)
      g[2 * j].addmm_(du.t(), torch.mul(x, keep), beta=1, alpha=f)
      dx.add_(torch.mul(torch.mm(du, a[2 * j]), keep), alpha=f)
    else:
      g[2 * j].addmm_(du.t(), x)
      dx.addmm_(du, a[2 * j])
  return dx

# rotates the halves of each head in place; columns is the number of positions: x (N, heads * s), cos and sin (columns, s / 2)
def rotate_(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  columns = cos.size(0)
  half = self.head // 2
  h = x.view([x.size(0) // columns, columns, x.size(1) // self.head, self.head])
  c = cos.unsqueeze(1)
  s = sin.unsqueeze(1)
  a = h[:, :, :, :half]
  b = h[:, :, :, half:]
  t = torch.mul(a, s)
  torch.mul_(a, c).addcmul_(b, s, value=-1)
  torch.mul_(b, c).add_(t)
  return x

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

# mask (1, G * columns, columns): 0 where a query may look, else the lowest number
def attention_weights(self, q: Tensor, k: Tensor, mask: Tensor) -> Tensor:
  return torch.softmax(torch.baddbmm(mask, q, k.transpose(1, 2), beta=1, alpha=self.attention_scale), -1)

def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, columns: int) -> Tensor:
  p = self.attention_weights(self.fold(q, columns), self.split(k, columns), mask)  # (rows * K, G * columns, columns)
  return self.unfold(torch.bmm(p, self.split(v, columns)), columns)

def attend_backward(self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, columns: int) -> Tuple[Tensor, Tensor, Tensor]:
  qf = self.fold(q, columns)
  ks = self.split(k, columns)
  p = self.attention_weights(qf, ks, mask)
  d = self.fold(do, columns)
  dv = torch.bmm(p.transpose(1, 2), d)
  dp = torch.bmm(d, self.split(v, columns).transpose(1, 2))
  ds = torch.mul_(torch._softmax_backward_data(dp, p, -1, 6), self.attention_scale)
  dq = torch.bmm(ds, ks)
  dk = torch.bmm(ds.transpose(1, 2), qf)
  return (self.unfold(dq, columns), self.join(dk, columns), self.join(dv, columns))

# x (N, d) -> the next x, and what the backward pass needs
def block(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, w: List[Tensor], a: List[Tensor], drop: float) -> Tuple[Tensor, List[Tensor]]:
  columns = cos.size(0)
  s = annotate(List[Tensor], [])
  r1 = self.rstd(x)
  h = self.norm(x, r1, w[0])
  q = self.rotate_(self.project(h, w[1], a[0], a[1], drop, s), cos, sin)  # (N, H * s)
  k = self.rotate_(self.project(h, w[2], a[2], a[3], drop, s), cos, sin)  # (N, K * s)
  v = self.project(h, w[3], a[4], a[5], drop, s)
  o = self.attend(q, k, v, mask, columns)
  x1 = torch.add_(self.project(o, w[4], a[6], a[7], drop, s), x)
  r2 = self.rstd(x1)
  h = self.norm(x1, r2, w[5])
  gate = self.project(h, w[6], a[8], a[9], drop, s)  # (N, intermediate)
  up = self.project(h, w[7], a[10], a[11], drop, s)
  y = torch.add_(self.project(torch.mul_(torch.silu(gate), up), w[8], a[12], a[13], drop, s), x1)
  saved = [x, r1, q, k, v, o, x1, r2, gate, up]
  saved.extend(s)
  return (y, saved)

def block_forward(self, drop: float, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, w: List[Tensor], a: List[Tensor]) -> List[Tensor]:
  r = self.block(x, cos, sin, mask, w, a, drop)
  out = [r[0]]
  out.extend(r[1])
  return out

# the same without anything kept: for scoring
def block_infer(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, w: List[Tensor], a: List[Tensor]) -> Tensor:
  return self.block(x, cos, sin, mask, w, a, 0.0)[0]

# dx (N, d), the gradient of the block's output, becomes that of its input, in place
def block_backward(self, drop: float, dx: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, w: List[Tensor], a: List[Tensor], s: List[Tensor], g: List[Tensor]) -> Tensor:
  columns = cos.size(0)
  x = s[0]
  r1 = s[1]
  o = s[5]
  x1 = s[6]
  r2 = s[7]
  gate = s[8]
  up = s[9]
  act = torch.silu(gate)
  da = self.project_backward(dx, torch.mul(act, up), w[8], a, 6, drop, s[22], s[23], g, 8)
  dup = torch.mul_(act, da)
  dgate = torch.silu_backward(torch.mul_(da, up), gate)
  h = self.norm(x1, r2, w[5])
  dh = self.project_backward(dgate, h, w[6], a, 4, drop, s[18], s[19], g, 6)
  dh.add_(self.project_backward(dup, h, w[7], a, 5, drop, s[20], s[21], g, 7))
  self.norm_backward(dx, dh, x1, r2, w[5], g, 5)
  do = self.project_backward(dx, o, w[4], a, 3, drop, s[16], s[17], g, 4)
  dq, dk, dv, = self.attend_backward(do, s[2], s[3], s[4], mask, columns)
  back = torch.neg(sin)
  self.rotate_(dq, cos, back)
  self.rotate_(dk, cos, back)
  h = self.norm(x, r1, w[0])
  dh = self.project_backward(dq, h, w[1], a, 0, drop, s[10], s[11], g, 1)
  dh.add_(self.project_backward(dk, h, w[2], a, 1, drop, s[12], s[13], g, 2))
  dh.add_(self.project_backward(dv, h, w[3], a, 2, drop, s[14], s[15], g, 3))
  return self.norm_backward(dx, dh, x, r1, w[0], g, 0)

def embed(self, ids: Tensor, e: Tensor) -> Tensor:
  return torch.embedding(e, ids.flatten(0, -1))  # (N, d)

def embed_backward(self, ids: Tensor, dx: Tensor, g: Tensor) -> Tensor:
  return g.index_add_(0, ids.flatten(0, -1), dx)

# Cross-entropy over the labelled rows only, a few at a time, so that a batch's logits never exist at once.
# labels (N), -100 where there is no loss; count is the whole batch's number of labels.
# Returns the summed loss / count as a double, and its gradient with respect to x (N, d).
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
    logits = torch.linear(hc, e)  # (chunk, vocabulary)
    most = torch.amax(logits, [1], True)
    own = torch.sub(torch.gather(logits, 1, lc), most)
    p = logits.sub_(most).exp_()
    z = torch.sum(p, [1], True)
    loss.add_(torch.sum(torch.sub(torch.log(z), own).to(7)))
    p.mul_(torch.mul(torch.reciprocal(z), scale))
    p.scatter_add_(1, lc, torch.full(lc.size(), torch.neg(scale), dtype=6, device=x.device))
    torch.mm(p, e, out=dh[i:j])
    if self.full:
      g[1].addmm_(p.t(), hc)
    i = j
  dx = torch.zeros_like(xs)
  self.norm_backward(dx, dh, xs, r, norm, g, 0)
  out = torch.zeros_like(x)
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
    logits = torch.linear(h[i:j], e)
    own = torch.sub(torch.gather(logits, 1, t.unsqueeze(1)).squeeze(1), torch.logsumexp(logits, [1]))
    out[i:j, 0].copy_(own)
    out[i:j, 1].copy_(torch.eq(torch.argmax(logits, 1), t))
    i = j
  return out

# logits of chosen rows (n, vocabulary)
def head_logits(self, rows: Tensor, x: Tensor, norm: Tensor, e: Tensor) -> Tensor:
  xs = torch.index_select(x, 0, rows)
  return torch.linear(self.norm(xs, self.rstd(xs), norm), e)

# One token a row with cached keys and values (rows, K, capacity, s); at (rows) is each row's position,
# mask (rows, 1, 1, capacity) hides what lies behind it.
def block_decode(self, x: Tensor, at: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, w: List[Tensor], a: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
  rows = x.size(0)
  s = annotate(List[Tensor], [])
  h = self.norm(x, self.rstd(x), w[0])
  q = self.rotate_rows_(self.project(h, w[1], a[0], a[1], 0.0, s), cos, sin)
  k = self.rotate_rows_(self.project(h, w[2], a[2], a[3], 0.0, s), cos, sin)
  v = self.project(h, w[3], a[4], a[5], 0.0, s)
  place = at.view([rows, 1, 1, 1]).expand([rows, self.kv_heads, 1, self.head])
  keys.scatter_(2, place, k.view([rows, self.kv_heads, 1, self.head]))
  values.scatter_(2, place, v.view([rows, self.kv_heads, 1, self.head]))
  qs = q.view([rows, self.kv_heads, self.heads // self.kv_heads, self.head])
  p = torch.softmax(torch.add(torch.mul(torch.matmul(qs, keys.transpose(2, 3)), self.attention_scale), mask), -1)
  o = torch.matmul(p, values).reshape([rows, self.heads * self.head])
  x1 = torch.add(x, self.project(o, w[4], a[6], a[7], 0.0, s))
  h = self.norm(x1, self.rstd(x1), w[5])
  gate = self.project(h, w[6], a[8], a[9], 0.0, s)
  up = self.project(h, w[7], a[10], a[11], 0.0, s)
  return torch.add(x1, self.project(torch.mul(torch.silu(gate), up), w[8], a[12], a[13], 0.0, s))

# as rotate_, where each row has its own position: x (rows, heads * s), cos and sin (rows, s / 2)
def rotate_rows_(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
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

# a prompt's block, whose keys and values go into the cache: keys and values (rows, K, capacity, s)
def block_prefill(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, w: List[Tensor], a: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
  columns = cos.size(0)
  rows = x.size(0) // columns
  y, s, = self.block(x, cos, sin, mask, w, a, 0.0)
  torch.copy_(keys[:, :, :columns], s[3].view([rows, columns, self.kv_heads, self.head]).transpose(1, 2))
  torch.copy_(values[:, :, :columns], s[4].view([rows, columns, self.kv_heads, self.head]).transpose(1, 2))
  return y

# (1, G * columns, columns), from the table of cosines, whose rows are the positions
def causal_mask(self, cos: Tensor) -> Tensor:
  n = cos.size(0)
  m = torch.triu(torch.full([n, n], -3.0e+38, dtype=6, device=cos.device), 1)
  return m.repeat([self.heads // self.kv_heads, 1]).unsqueeze(0)

def greedy(self, logits: Tensor) -> Tensor:
  return torch.argmax(logits, -1)

# mask (rows, 1, 1, capacity) for rows whose newest token lies at position at
def cache_mask(self, at: Tensor, capacity: int) -> Tensor:
  hidden = torch.gt(torch.arange(capacity, dtype=4, device=at.device).unsqueeze(0), at.unsqueeze(1))
  return torch.mul(hidden.to(6), -3.0e+38).view([at.size(0), 1, 1, capacity])
