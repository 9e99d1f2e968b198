"""Addresses of long work."""

from django.urls import path

from jobs.views import batch, bulk, files, films, job, uploads

urlpatterns = [
    path("batch", batch.BatchPage.as_view(), name="batch"),
    path("film", films.FilmPage.as_view(), name="film"),
    path("pictures/<uuid:pk>/recolor-film", films.recolor, name="recolor-film"),
    path("gallery/recolor", bulk.recolor, name="bulk-recolor"),
    path("gallery/download", bulk.download, name="bulk-download"),
    path("profile/export", bulk.export, name="export"),
    path("profile/delete", bulk.delete_account, name="delete-account"),
    path("jobs", job.jobs_page, name="jobs"),
    path("jobs/<uuid:pk>", job.job_page, name="job"),
    path("jobs/<uuid:pk>/items", uploads.add_items, name="job-items"),
    path("jobs/<uuid:pk>/items/<int:item>", uploads.UploadView.as_view(), name="job-upload"),
    path("jobs/<uuid:pk>/close", job.close, name="job-close"),
    path("jobs/<uuid:pk>/cancel", job.cancel, name="job-cancel"),
    path("jobs/<uuid:pk>/retry", job.retry, name="job-retry"),
    path("jobs/<uuid:pk>/leave-out", films.leave_out, name="job-leave-out"),
    path("jobs/<uuid:pk>/notify", job.notify_by_email, name="job-notify"),
    path("jobs/<uuid:pk>/delete", job.delete, name="job-delete"),
    path("jobs/<uuid:pk>/items/<int:item>/<slug:role>", files.file, name="job-file"),
    path("jobs/<uuid:pk>/zip", files.zip_page, name="job-zip"),
]
