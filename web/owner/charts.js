/** All charts of the owner's page. */

export { Bars } from "./charts/bars.js";
export { Chart, DataTable } from "./charts/chart.js";
export { Heat } from "./charts/heat.js";
export { HorizontalBars } from "./charts/horizontal_bars.js";
export { Sparkline } from "./charts/sparkline.js";
