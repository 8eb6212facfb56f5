package dev.sluice.picker.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.picker.decision.Candidates;
import dev.sluice.picker.decision.ComparedPrices;
import dev.sluice.picker.decision.DecidedPool;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.decision.Stickiness;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// A decision as bytes.
///
/// ```
/// id length (4) | policy (4) | candidates (4) | pool (4) | model length (4) | others (4) | minimum (4) | median (4)
///   | time (8) | prompt tokens (8) | cached tokens (8) | move (4) | session (4) | id | model
///   | for each candidate: endpoint (4), parts (4 each)
/// ```
///
/// The model's name stands in the ring itself, cut off where it is long: clients invent names, and so they are
/// forgotten with their decisions.
final class PackedDecision {
    private static final int POLICY = 4;
    private static final int CANDIDATES = 8;
    private static final int POOL = 12;
    private static final int MODEL_LENGTH = 16;
    private static final int OTHERS = 20;
    private static final int MINIMUM = 24;
    private static final int MEDIAN = 28;
    private static final int TIME = 32;
    private static final int PROMPT = 40;
    private static final int CACHED = 48;
    private static final int MOVE = 56;
    private static final int SESSION = 60;
    private static final int ID = 64;

    /// The number of no name.
    private static final int NONE = -1;
    /// Longer names of models are cut off here, at a character's end.
    static final int LONGEST_MODEL = 256;

    private static final byte[] CUT_OFF = "…".getBytes(UTF_8);

    private PackedDecision() {}

    /// The texts of a decision as bytes: its request id and its model.
    static final class Texts {
        private final byte[] id;
        private final byte[] model;

        Texts(Decision decision) {
            this.id = decision.requestId().getBytes(UTF_8);
            this.model = bounded(decision.model());
        }

        private static byte[] bounded(String model) {
            // No character takes less than a byte, so no more of them are needed.
            boolean tooLong = model.length() > LONGEST_MODEL;
            byte[] whole = (tooLong ? model.substring(0, LONGEST_MODEL + 1) : model).getBytes(UTF_8);
            if (whole.length <= LONGEST_MODEL) {
                return whole;
            }
            int end = LONGEST_MODEL;
            while ((whole[end] & 0xC0) == 0x80) {
                end--;
            }
            byte[] cut = Arrays.copyOf(whole, end + CUT_OFF.length);
            System.arraycopy(CUT_OFF, 0, cut, end, CUT_OFF.length);
            return cut;
        }
    }

    static int size(Decision decision, Texts texts) {
        int parts = decision.policy().parts().size();
        return ID + texts.id.length + texts.model.length + decision.candidates().size() * (1 + parts) * Integer.BYTES;
    }

    static void write(Decision decision, Texts texts, Names names, ByteBuffer to, int from) {
        byte[] id = texts.id;
        byte[] model = texts.model;
        Candidates candidates = Candidates.of(decision.candidates());
        int parts = candidates.partCount();
        to.putInt(from, id.length);
        to.putInt(from + POLICY, names.numberOf(decision.policy()));
        to.putInt(from + CANDIDATES, candidates.size());
        to.putInt(from + POOL, names.numberOf(decision.pool()));
        to.putInt(from + MODEL_LENGTH, model.length);
        to.putInt(from + OTHERS, decision.prices().others());
        to.putFloat(from + MINIMUM, decision.prices().othersMinimum());
        to.putFloat(from + MEDIAN, decision.prices().othersMedian());
        to.putLong(from + TIME, decision.epochMillis());
        to.putLong(from + PROMPT, decision.promptTokens());
        to.putLong(from + CACHED, decision.cachedTokens());
        to.putInt(from + MOVE, decision.reroute() == null ? NONE : names.numberOf(decision.reroute()));
        to.putInt(from + SESSION, decision.session() == null ? NONE : names.numberOf(decision.session()));
        to.put(from + ID, id);
        to.put(from + ID + id.length, model);
        int at = from + ID + id.length + model.length;
        for (int i = 0; i < candidates.size(); i++) {
            to.putInt(at, names.numberOf(candidates.endpoint(i)));
            at += Integer.BYTES;
            for (int part = 0; part < parts; part++) {
                to.putFloat(at, candidates.part(i, part));
                at += Float.BYTES;
            }
        }
    }

    static boolean isOf(String requestId, ByteBuffer from, int at) {
        byte[] wanted = requestId.getBytes(UTF_8);
        return from.getInt(at) == wanted.length
                && at + ID + wanted.length <= from.capacity()
                && from.slice(at + ID, wanted.length).equals(ByteBuffer.wrap(wanted));
    }

    /// The decision, or nothing where a writer has been here meanwhile.
    static Optional<Decision> read(String requestId, Names names, ByteBuffer from, int at) {
        int count = from.getInt(at + CANDIDATES);
        int modelLength = from.getInt(at + MODEL_LENGTH);
        if (!(names.name(from.getInt(at + POLICY)) instanceof PolicyKind policy)
                || count < 1
                || count > Decision.CANDIDATES
                || modelLength < 0
                || modelLength > LONGEST_MODEL + CUT_OFF.length) {
            return Optional.empty();
        }
        int parts = policy.parts().size();
        int modelAt = at + ID + requestId.getBytes(UTF_8).length;
        int next = modelAt + modelLength;
        if (next + count * (1 + parts) * Integer.BYTES > from.capacity()) {
            return Optional.empty();
        }
        EndpointId[] endpoints = new EndpointId[count];
        float[] prices = new float[count * parts];
        for (int i = 0; i < count; i++) {
            if (!(names.name(from.getInt(next)) instanceof EndpointId endpoint)) {
                return Optional.empty();
            }
            endpoints[i] = endpoint;
            next += Integer.BYTES;
            for (int part = 0; part < parts; part++) {
                prices[i * parts + part] = from.getFloat(next);
                next += Float.BYTES;
            }
        }
        if (!(names.name(from.getInt(at + POOL)) instanceof PoolId pool)) {
            return Optional.empty();
        }
        byte[] model = new byte[modelLength];
        from.get(modelAt, model);
        int reroute = from.getInt(at + MOVE);
        if (reroute != NONE && !(names.name(reroute) instanceof Reroute)) {
            return Optional.empty();
        }
        int session = from.getInt(at + SESSION);
        if (session != NONE && !(names.name(session) instanceof Stickiness)) {
            return Optional.empty();
        }
        DecidedPool decided = new DecidedPool(
                pool, new String(model, UTF_8), (Reroute) names.name(reroute), (Stickiness) names.name(session));
        ComparedPrices compared = new ComparedPrices(
                policy,
                new Candidates(endpoints, prices),
                from.getInt(at + OTHERS),
                from.getFloat(at + MINIMUM),
                from.getFloat(at + MEDIAN),
                (int) from.getLong(at + CACHED));
        return Optional.of(
                new Decision(requestId, from.getLong(at + TIME), decided, compared, (int) from.getLong(at + PROMPT)));
    }
}
