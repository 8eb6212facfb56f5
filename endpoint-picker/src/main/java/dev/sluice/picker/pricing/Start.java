package dev.sluice.picker.pricing;

/// The time when an endpoint would start a request, as predicted.
public enum Start {
    /// With one of its next steps.
    AT_ONCE(0),
    /// After a prefill that runs there.
    NEXT(1),
    /// After other requests that wait there: for their prefill, a batch slot or KV cache.
    QUEUED(2);

    private final byte code;

    Start(int code) {
        this.code = (byte) code;
    }

    /// A number for arrays, as those of objects cost the collector's marks with each write. A later start has a
    /// greater one.
    byte code() {
        return code;
    }

    static Start of(byte code) {
        return code == AT_ONCE.code ? AT_ONCE : code == NEXT.code ? NEXT : QUEUED;
    }
}
