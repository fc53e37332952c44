from django.urls import path

from . import notifications

urlpatterns = [
    path("messages/", notifications.notification_list, name="notification-list"),
    path("messages/read/", notifications.notification_read_all, name="notification-read-all"),
    path("messages/<int:pk>/open/", notifications.notification_open, name="notification-open"),
]
