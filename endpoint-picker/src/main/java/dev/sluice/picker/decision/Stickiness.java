package dev.sluice.picker.decision;

/// The part that a request's session had in its placement, as explanations and meters name it.
public enum Stickiness {
    /// It begins with this request.
    NEW("new"),
    /// The endpoint that served it before serves it again.
    KEPT("kept"),
    /// That endpoint would have cost too much more than the best.
    TOO_COSTLY("too_costly"),
    /// That endpoint is no candidate any more.
    GONE("gone");

    private final String label;

    Stickiness(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
