package dev.sluice.picker.prompt;

/// A prompt as its model's tokenizer divides it.
public final class PromptTokens {
    private final int[] ids;

    /// @param ids must not be written to any more
    public PromptTokens(int[] ids) {
        this.ids = ids;
    }

    public int count() {
        return ids.length;
    }

    /// Not to be written to.
    public int[] ids() {
        return ids;
    }

    @Override
    public String toString() {
        return "PromptTokens[" + ids.length + "]";
    }
}
