"""Addresses of jobs in the API."""

from django.urls import path

from jobs.api import items, jobs, videos, webhooks

urlpatterns = [
    path("jobs", jobs.Jobs.as_view(), name="api-jobs"),
    path("jobs/<uuid:pk>", jobs.OneJob.as_view(), name="api-job"),
    path("jobs/<uuid:pk>/items", items.Items.as_view(), name="api-job-items"),
    path("jobs/<uuid:pk>/items/<int:item>", items.OneItem.as_view(), name="api-job-item"),
    path("jobs/<uuid:pk>/items/<int:item>/piece", videos.PieceFile.as_view(), name="api-job-piece"),
    path("jobs/<uuid:pk>/start", jobs.Start.as_view(), name="api-job-start"),
    path("jobs/<uuid:pk>/retry", jobs.Retry.as_view(), name="api-job-retry"),
    path("jobs/<uuid:pk>/leave-out", videos.LeaveOut.as_view(), name="api-job-leave-out"),
    path("jobs/<uuid:pk>/zip", jobs.Zip.as_view(), name="api-job-zip"),
    path("pictures/<uuid:pk>/recolor-film", videos.Again.as_view(), name="api-recolor-film"),
    path("videos", videos.Videos.as_view(), name="api-videos"),
    path("webhook-secret", webhooks.Secret.as_view(), name="api-webhook-secret"),
]
