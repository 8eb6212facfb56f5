package dev.sluice.picker.identity;

import org.jspecify.annotations.Nullable;

/// The target of a published model: a base model or an adapter, under the engine's name for it.
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
