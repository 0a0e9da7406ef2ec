from django.urls.resolvers import URLPattern

app_name = "materials"
urlpatterns: list[URLPattern] = []
