from supermarket import create_app

app = create_app()
