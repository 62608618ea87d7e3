/** Figures fit for a paper: drawn as SVG by Apache ECharts, without a display or a font. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.palimpsest.figures;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
