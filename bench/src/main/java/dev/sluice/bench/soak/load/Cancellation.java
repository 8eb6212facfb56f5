package dev.sluice.bench.soak.load;

/// The moment at which a client goes away without having had its answer.
sealed interface Cancellation {

    /// The client reads its answer to the end.
    record Never() implements Cancellation {}

    /// The connection is cut when so much of the body has been sent, from 0 to 1.
    record WhileSending(double part) implements Cancellation {}

    /// The connection is cut so long after the body, if the answer has not ended by then.
    record AfterMillis(int millis) implements Cancellation {}

    /// The connection is cut when so many bytes of the answer's body have come.
    record AfterBytes(int bytes) implements Cancellation {}
}
