package dev.sluice.picker.decision;

import java.util.List;

/// The parts of a price, in the order in which a price lists them.
public enum PricePart {
    QUEUE("queue", "the wait before the request begins: prefills ahead or a batch slot, and half a step"),
    PREFILL("prefill", "computing the part of the prompt that the endpoint does not hold"),
    ADAPTER("adapter", "loading the LoRA adapter where it is not in use"),
    MEMORY("memory", "the wait for KV cache that is not free"),
    DECODE("decode", "generating the answer, which a larger batch makes slower"),
    CROWDING("crowding", "what other requests lose by work that some endpoint must do"),
    SCARCITY("scarcity", "what other requests lose by work that another endpoint has done already"),
    SPREAD("spread", "what a new prompt will bring with it, where prompts repeat"),
    OBJECTIVE("objective", "what it costs that latency objectives are missed");

    private static final List<PricePart> ORDER = List.of(values());

    private final String label;
    private final String meaning;

    PricePart(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /// The name in `/explain`.
    public String label() {
        return label;
    }

    /// The part in one sentence, for the documentation.
    public String meaning() {
        return meaning;
    }

    /// The place among the parts of a price. The hot path keeps it in a constant.
    public int index() {
        return ORDER.indexOf(this);
    }

    static String[] labels() {
        return ORDER.stream().map(PricePart::label).toArray(String[]::new);
    }
}
