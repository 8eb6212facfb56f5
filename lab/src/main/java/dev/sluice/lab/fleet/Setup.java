package dev.sluice.lab.fleet;

/// The setup of a group's servers, where that is not what vLLM and a cloud would choose.
///
/// @param maxSequences requests that an engine runs at once; 0 for the engine's default
/// @param engine how these compute them; as vLLM where it is not said
/// @param unlabelled whether nothing tells a picker what the accelerator is, nor which model it serves under its
///     name
public record Setup(int maxSequences, EngineKind engine, boolean unlabelled) {
    /// Engines with their defaults on nodes with labels.
    static final Setup USUAL = new Setup(0, EngineKind.CHUNKED_PREFILL, false);

    public Setup {
        engine = engine == null ? EngineKind.CHUNKED_PREFILL : engine;
        if (maxSequences < 0) {
            throw new IllegalArgumentException("maxSequences " + maxSequences);
        }
    }
}
