# The same where libtorch has oneDNN. Of fp32 numbers its products are faster than MKL's where the weight lies in the order in which it
# multiplies: packed for x w', as it is for dy w. Products of bf16 numbers are oneDNN's anyway.

# a copy that only linear can read; of its product no row's digits depend on how many rows there are
def packed(self, w: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(w)

# whether the processor multiplies packed numbers like w's, 0 or 1: bf16 takes instructions that not all have
def packs(self, w: Tensor) -> Tensor:
  fast = w.dtype == 6 or ops.mkldnn._is_mkldnn_bf16_supported()
  return torch.ones([1], device=w.device) if fast else torch.zeros([1], device=w.device)

def onednn(self, x: Tensor, w: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")

def linear(self, x: Tensor, w: Tensor) -> Tensor:
  return self.onednn(x, w) if w.is_mkldnn else torch.linear(x, w)

def linear_back(self, dy: Tensor, w: Tensor) -> Tensor:
  return self.onednn(dy, w.t()) if dy.dtype == 6 else torch.mm(dy, w)

def add_linear_back(self, into: Tensor, dy: Tensor, w: Tensor) -> Tensor:
  return into.add_(self.onednn(dy, w.t())) if dy.dtype == 6 else into.addmm_(dy, w)
