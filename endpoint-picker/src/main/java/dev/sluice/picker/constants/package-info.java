/// The numbers of the cost model that no engine reports: each with its unit, range, source and kind.
///
/// `docs/COST_CONSTANTS.md` is generated from them. Read first: [PriceConstants], [CostConstant].
@NullMarked
package dev.sluice.picker.constants;

import org.jspecify.annotations.NullMarked;
