package dev.sluice.picker.payload.request;

/// Limits bound a request body's structure; a body beyond them is malformed, and a hint beyond them is not read.
///
/// @param maxDepth levels of nested objects and arrays
/// @param maxKeys keys of the body, and of one message or content part
/// @param maxNameBytes bytes of a key of the body, of the model's name and of each hint that is read
/// @param maxBlocks prompt blocks that are hashed for the prefix index; longer prompts are accepted
public record ScanLimits(int maxDepth, int maxKeys, int maxNameBytes, int maxBlocks) {
    public static final ScanLimits DEFAULTS = new ScanLimits(512, 1024, 4096, 8192);
}
