// All pages work without scripts; these only make them nicer.
import "./before-after.js";
import { startBatch } from "./batch.js";
import { startVisit } from "./claim.js";
import { startColorizer } from "./colorizer.js";
import { startCropEditor } from "./crop-editor.js";
import { startFilm } from "./film.js";
import "./film-player.js";
import { startGallery } from "./gallery.js";
import { startJob } from "./job.js";
import { startNotify } from "./notify.js";
import { startPreview } from "./preview.js";
import { startRealOrFake } from "./real-or-fake.js";
import { startTabs } from "./tabs.js";

/** @param {ParentNode} root the page, or a panel that was just added */
function start(root) {
  startColorizer(root);
  startBatch(root);
  startFilm(root);
  startJob(root);
  startNotify(root);
  startRealOrFake(root);
}

start(document);
startCropEditor(document);
startGallery(document);
startPreview(document);
startTabs(start);
startVisit();
