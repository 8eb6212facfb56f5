package dev.sluice.picker.model;

import org.jspecify.annotations.Nullable;

/// What a published model name stands for: the name the engine serves it under.
///
/// @param requested the name the client sent
/// @param served the name to send to the engine
/// @param adapter the LoRA adapter that must be loaded, if it is one; equal to `served` on vLLM
public record Target(
        ModelName requested, ModelName served, @Nullable ModelName adapter) {
    /// The name goes on as it came.
    public static Target asIs(ModelName model) {
        return new Target(model, model, null);
    }

    public boolean renames() {
        return !requested.equals(served);
    }
}
