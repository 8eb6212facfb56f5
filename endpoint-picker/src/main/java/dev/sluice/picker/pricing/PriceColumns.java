package dev.sluice.picker.pricing;

/// The prices of many endpoints, in one array for each part: what loops over, a compiler makes vector instructions of.
public final class PriceColumns {
    private int partCount;
    private float[][] parts = new float[0][];
    private float[] totals = new float[0];
    private double[] firstMillis = new double[0];
    private float[] ownMillis = new float[0];
    private byte[] starts = new byte[0];

    /// Makes place for so many prices; what is written there is of the last decision.
    public void begin(int size, int partsOfEach) {
        partCount = partsOfEach;
        if (totals.length < size) {
            totals = new float[size];
            firstMillis = new double[size];
            ownMillis = new float[size];
            starts = new byte[size];
        }
        if (parts.length < partsOfEach || parts[0].length < size) {
            parts = new float[Math.max(parts.length, partsOfEach)][totals.length];
        }
    }

    /// The number of parts of each price.
    public int partCount() {
        return partCount;
    }

    /// A part of all prices.
    public float[] part(int part) {
        return parts[part];
    }

    public float[] totals() {
        return totals;
    }

    /// Milliseconds until the request's last token.
    public float[] ownMillis() {
        return ownMillis;
    }

    /// The code of each endpoint's [Start].
    byte[] starts() {
        return starts;
    }

    /// The start of the request at the endpoint.
    public Start start(int index) {
        return Start.of(starts[index]);
    }

    /// The number of endpoints that would start the request at that time.
    public int count(Start start, int size) {
        byte code = start.code();
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += starts[i] == code ? 1 : 0;
        }
        return count;
    }

    /// The predicted time until the request's prefill is done: all that comes before its first token.
    public double[] firstMillis() {
        return firstMillis;
    }

    /// Writes one price.
    ///
    /// @param price its parts
    /// @param first milliseconds until the request's prefill is done
    /// @param own milliseconds until the request's last token
    public void write(int index, float[] price, Start start, double first, double own) {
        starts[index] = start.code();
        firstMillis[index] = first;
        ownMillis[index] = (float) own;
        for (int part = 0; part < partCount; part++) {
            parts[part][index] = price[part];
        }
    }

    /// Copies the parts of one price.
    public void copy(int index, float[] to, int at) {
        for (int part = 0; part < partCount; part++) {
            to[at + part] = parts[part][index];
        }
    }

    /// Moves prices together.
    ///
    /// @param from where the prices to keep stand now; they ascend
    public void keep(int[] from, int size) {
        for (int part = 0; part < partCount; part++) {
            keep(parts[part], from, size);
        }
        keep(ownMillis, from, size);
        for (int i = 0; i < size; i++) {
            starts[i] = starts[from[i]];
            firstMillis[i] = firstMillis[from[i]];
        }
    }

    private static void keep(float[] values, int[] from, int size) {
        for (int i = 0; i < size; i++) {
            values[i] = values[from[i]];
        }
    }

    /// Sums up the parts of each price, once all are written.
    public void sumUp(int size) {
        float[] sums = totals;
        System.arraycopy(parts[0], 0, sums, 0, size);
        for (int part = 1; part < partCount; part++) {
            float[] more = parts[part];
            for (int i = 0; i < size; i++) {
                sums[i] += more[i];
            }
        }
    }
}
