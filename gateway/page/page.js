// Shows the OpenAPI document that the page names. A file of its own: the page's policy allows no inline script.
const reference = document.getElementById("reference");
for (const link of document.querySelectorAll("nav a")) {
  if (link.pathname === location.pathname.replace(/\/$/, "")) link.ariaCurrent = "page";
}
Scalar.createApiReference(reference, {
  url: reference.dataset.document,
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  documentDownloadType: "json",
  hideClientButton: true,
  hideModels: true,
  showDeveloperTools: "never",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
});
