// All pages work without scripts; these only make them nicer.
import "./before-after.js";
import { startVisit } from "./claim.js";
import { startColorizer } from "./colorizer.js";
import { startCropEditor } from "./crop-editor.js";
import { startGallery } from "./gallery.js";
import { startPreview } from "./preview.js";
import { startTabs } from "./tabs.js";

startColorizer(document);
startCropEditor(document);
startGallery(document);
startPreview(document);
startTabs(startColorizer);
startVisit();
