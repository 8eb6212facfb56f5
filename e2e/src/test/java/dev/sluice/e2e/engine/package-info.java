/// Sluice before real inference engines: vLLM and SGLang on this machine's processors, with models of random weights.
///
/// Read first: [EngineStack], [EngineKind], [VllmIT].
@NullMarked
package dev.sluice.e2e.engine;

import org.jspecify.annotations.NullMarked;
