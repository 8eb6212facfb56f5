package dev.sluice.picker.scheduling;

/// What one situation's endpoints cost under a policy; less is better.
interface Pricing {
    /// Writes the parts of the price of the endpoint at `position`, in the order of the policy's part names.
    void parts(int position, float[] parts);

    /// The price of the endpoint at `position`: the sum of its parts, unless the policy has none.
    default float total(int position, float[] scratch) {
        parts(position, scratch);
        float total = 0;
        for (float part : scratch) {
            total += part;
        }
        return total;
    }

    /// How far above the best a price may lie and still count as equal to it.
    default float tolerance(int bestPosition, float best) {
        return 0;
    }
}
